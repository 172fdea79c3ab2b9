/**
 * The verdict as text: a headline, one line per check grouped by day, the counts, the notes.
 *
 * Bundles come from strangers and terminals obey control characters, so none is printed.
 */
import { dateToDay } from '../../protocol/index.ts';
import type { Check, CheckStatus } from './checks.ts';
import type { Verdict } from './verdict.ts';

const SYMBOL: Record<CheckStatus, string> = { passed: '✓', failed: '✗', unreadable: '✗', open: '!', 'not-checked': '–' };

const HEADLINE: Record<Verdict['status'], string> = {
  passed: 'PASSED',
  failed: 'FAILED',
  unreadable: 'UNREADABLE',
  exceptions: 'PASSED WITH EXCEPTIONS',
  partial: 'PARTIAL: no fault found in what was asked for',
};

/** Control, bidirectional and other invisible characters as their code points. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);

function slotName(slot: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `slot ${slot} (${two(Math.floor(slot / 4))}:${two((slot % 4) * 15)} UTC)`;
}

function line(check: Check): string {
  const about = [
    check.version === undefined ? '' : `version ${check.version}`,
    check.meter ?? '',
    check.slot === undefined ? '' : slotName(check.slot),
  ]
    .filter(Boolean)
    .join(', ');
  const verdict = check.status === 'unreadable' ? 'unreadable: ' : check.status === 'not-checked' ? 'not checked: ' : '';
  return `  ${SYMBOL[check.status]} ${check.id} ${check.name.padEnd(12)} ${about === '' ? '' : `${about}: `}${verdict}${check.detail}`;
}

const DAY_S = 86_400;

/** A moment of chain time as a date, or as the number where it is no date that anybody writes. */
export const moment = (unixS: number): string =>
  Math.abs(unixS) < 8.64e12 ? `${new Date(unixS * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC` : `${unixS} s`;

/** What comes before all else: a pass on a chain that anybody can set the clock of, or forge the proofs of, is none. */
export const notProductionLine = ({ development }: { development: readonly string[] }): string[] =>
  development.length === 0 ? [] : [`NOT A PRODUCTION CHAIN: ${development.join('; ')}.`];

/** What a reader has to know before any line of a check. */
function firstLines({ asOf, validators, copies, leftOut }: Verdict): string[] {
  const age = asOf === null || asOf.ageS === null ? '' : `, ${Math.floor(asOf.ageS / DAY_S)} days old by the clock of this machine`;
  return [
    ...(asOf === null ? [] : [`As of chain time ${moment(asOf.unixS)}${age}.`]),
    ...(validators === null
      ? []
      : [`Signed by ${validators.last} validators, ${validators.notGenesis} of them not of genesis; sets passed: ${validators.sets}.`]),
    ...copies.map(
      ({ day, meters }) =>
        `The prices of ${day} include ${meters.length} copied profile${meters.length === 1 ? '' : 's'}: ${meters.slice(0, 5).join(', ')}` +
        `${meters.length > 5 ? ` and ${meters.length - 5} more` : ''}.`,
    ),
    ...leftOut.map((what) => `Left out by choice: ${what}.`),
  ];
}

/** Dates in words, stretches of them as ranges. */
export function stretches(dates: readonly string[]): string {
  const found: string[][] = [];
  for (const date of dates) {
    const last = found.at(-1);
    if (last && dateToDay(date) === dateToDay(last.at(-1)!) + 1) last.push(date);
    else found.push([date]);
  }
  return found.map((one) => (one.length === 1 ? one[0] : `${one[0]} … ${one.at(-1)}`)).join(', ');
}

const audited = (days: readonly string[]): string =>
  days.length === 0 ? 'no day audited' : `${days.length === 1 ? 'day' : 'days'} ${stretches(days)}`;

/** The verdict for a person, lines without a last line feed. */
export function formatVerdict(verdict: Verdict): string {
  const { substitutes, disputes, openRuns, noBills, objections } = verdict.counts;
  const out = [
    ...notProductionLine(verdict),
    `Audit of ${verdict.chainId ?? 'an unknown chain'}, ${audited(verdict.days)}: ${HEADLINE[verdict.status]}`,
  ];
  out.push(...firstLines(verdict));
  const groups = [...new Set(verdict.checks.map((check) => check.day ?? ''))].sort();
  for (const group of groups) {
    out.push('', group === '' ? 'The whole bundle' : group);
    out.push(...verdict.checks.filter((check) => (check.day ?? '') === group).map(line));
  }
  out.push(
    '',
    `Substitutes ${substitutes} · disputes ${disputes} · open runs ${openRuns} · open NoBills ${noBills} · objections ${objections}`,
  );
  out.push(...verdict.notes.map((note) => `Note: ${note}`));
  out.push(`${HEADLINE[verdict.status]} (exit code ${verdict.exitCode})`);
  return out.map(printable).join('\n');
}
