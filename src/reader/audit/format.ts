/**
 * The verdict as text: a headline, one line per check grouped by day, the counts, the notes.
 *
 * Bundles come from strangers and terminals obey control characters, so none is printed.
 */
import type { Check, CheckStatus } from './checks.ts';
import type { Verdict } from './verdict.ts';

const SYMBOL: Record<CheckStatus, string> = { passed: '✓', failed: '✗', unreadable: '✗', open: '!', 'not-checked': '–' };

const HEADLINE: Record<Verdict['status'], string> = {
  passed: 'PASSED',
  failed: 'FAILED',
  unreadable: 'UNREADABLE',
  exceptions: 'PASSED WITH EXCEPTIONS',
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

/** The verdict for a person, lines without a last line feed. */
export function formatVerdict(verdict: Verdict): string {
  const { substitutes, disputes, openLinks, noBills } = verdict.counts;
  const range =
    verdict.days.length === 0
      ? 'no day audited'
      : verdict.days.length === 1
        ? `day ${verdict.days[0]}`
        : `days ${verdict.days[0]} … ${verdict.days.at(-1)}`;
  const out = [`Audit of ${verdict.chainId ?? 'an unknown chain'}, ${range}: ${HEADLINE[verdict.status]}`];
  const groups = [...new Set(verdict.checks.map((check) => check.day ?? ''))].sort();
  for (const group of groups) {
    out.push('', group === '' ? 'The whole bundle' : group);
    out.push(...verdict.checks.filter((check) => (check.day ?? '') === group).map(line));
  }
  out.push('', `Substitutes ${substitutes} · disputes ${disputes} · open links ${openLinks} · open NoBills ${noBills}`);
  out.push(...verdict.notes.map((note) => `Note: ${note}`));
  out.push(`${HEADLINE[verdict.status]} (exit code ${verdict.exitCode})`);
  return out.map(printable).join('\n');
}
