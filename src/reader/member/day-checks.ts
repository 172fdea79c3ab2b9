/**
 * The checks of one audited day: is this the meter's bill, and does it stand in an anchored book? What each holds is in the head of
 * verify-bill.ts.
 */
import type { MeterExport } from '../../protocol/index.ts';
import { moment } from '../audit/format.ts';
import type { Check, Verdict } from '../audit/index.ts';
import type { Bundle, BundleDay } from '../bundle.ts';
import { amountCheck, entryIn, newestWith, openingFault, ownRegistersFault, statementCheck } from './day.ts';
import type { Delivered } from './delivered.ts';
import { type Evidence, makeEvidence } from './evidence.ts';
import { type OwnCheck, own } from './own-checks.ts';

/** Openings must be with the member this long after the anchor, in seconds of chain time. */
export const OPENINGS_DUE_S = 172_800;

export interface Look {
  day: BundleDay;
  before: BundleDay | undefined;
  file: MeterExport;
  delivered: Delivered | null;
  audit: Verdict;
  nowUnixS: number;
  bundle: Bundle;
  /** whether the bill of this day is what the reader asks about: of another day nothing has to be delivered */
  asked: boolean;
}
export interface Found {
  checks: OwnCheck[];
  evidence: Evidence[];
  noBill: boolean;
  /** there is an opening, and it is not the book's */
  wrongOpening: boolean;
}

/** No opening for a bill that is in the book: not yet due, outside the invoice, or withheld. */
function missingOpening({ day, delivered, nowUnixS, file }: Look, version: number): { check: OwnCheck; noBill: boolean } {
  const say = (status: OwnCheck['status'], detail: string, noBill = false) => ({ check: own('opening', status, detail, day.date), noBill });
  const { covers } = delivered ?? {};
  if (covers && (day.day < covers.first || day.day > covers.last)) return say('not-checked', "not a day of the invoice's month");
  const anchor = day.chain?.anchors[version - 1];
  if (!anchor) return say('unreadable', 'the book is not anchored, so nothing is due');
  const dueUnixS = anchor.unixS + OPENINGS_DUE_S;
  const due = moment(dueUnixS);
  if (nowUnixS <= dueUnixS) return say('open', `no opening yet; due by ${due} of chain time`);
  const already = day.chain?.noBills.some((n) => n.meter === file.meter && n.open);
  return say('failed', `no opening, though due by ${due} of chain time${already ? '; a NoBill is open' : ''}`, !already);
}

function openingChecks(look: Look, version: number): Found {
  const { day, file, delivered, bundle } = look;
  const opening = delivered?.openings.find((o) => o.day === day.day && o.meter === file.meter);
  if (!opening && !look.asked) return { checks: [], evidence: [], noBill: false, wrongOpening: false };
  if (!opening) {
    const { check, noBill } = missingOpening(look, version);
    return { checks: [check], evidence: [], noBill, wrongOpening: false };
  }
  const fault = openingFault(day, opening, file.chainId);
  if (fault !== null) {
    const evidence = delivered?.signed ? makeEvidence(delivered.signed, opening, day, bundle) : null;
    return {
      checks: [own('opening', 'failed', `the opening ${fault}`, day.date)],
      evidence: evidence ? [evidence] : [],
      noBill: !evidence,
      wrongOpening: true,
    };
  }
  const mine = file.days.find((d) => d.day === day.day);
  const checks = [
    own('opening', 'passed', `(amount, s) open the book's B${opening.version > 1 ? ` of version ${opening.version}` : ''}`, day.date),
    amountCheck(day, opening, mine),
  ];
  if (opening.version < version)
    checks.push(own('opening', 'open', `version ${version} has corrected this bill since: ask for its opening`, day.date));
  return { checks, evidence: [], noBill: false, wrongOpening: false };
}

/** The book's links by the audit's check 7, and the meter's own registers beside them. */
function registersCheck({ day, before, file, audit }: Look): OwnCheck {
  const say = (status: OwnCheck['status'], detail: string) => own('registers', status, detail, day.date);
  const [mine, last] = [day.day, day.day - 1].map((wanted) => file.days.find((d) => d.day === wanted));
  const fault = ownRegistersFault(mine, last);
  if (fault) return say('failed', fault);
  const links = audit.checks.filter((c) => c.id === '7' && c.day === day.date);
  const about = links.find((c) => c.meter === file.meter);
  if (about) return say(about.status, about.detail);
  const whole = links.find((c) => c.status !== 'passed' && c.meter === undefined);
  if (whole) return say(whole.status, whole.detail);
  if (!links.some((c) => c.status === 'passed')) return say('unreadable', 'the audit did not check where the day begins');
  const ended = before && entryIn(newestWith(before, file.meter), file.meter);
  if (!ended) return say('passed', "the meter's first day: it may begin anywhere");
  // After a day that is not metered the audit's line lets links differ: that run is this meter's own open matter.
  return ended.L1 === entryIn(newestWith(day, file.meter), file.meter)?.L0
    ? say('passed', `the day begins at the registers where ${before.date} ended`)
    : say('open', `${before.date} is not metered, and the day does not begin where its book ended: a correction of it is due`);
}

/** Checks without which nobody can say that a bill stands in an anchored book and that its proof holds. */
const bookDue = [
  '1 headers',
  '2 state proofs',
  '3 genesis',
  '3 roster',
  '3 book',
  '3 meters',
  '3 tariff',
  '3 prices',
  '3 anchor',
  '4 inputs',
  '5 bills',
  '8 day-bill key',
  '9 points',
] as const;
/** And, where the day is not metered, those without which nobody can say that it is a day of this meter, or zero. */
const copyDue = ['5s substitutes', '8 substitute key'] as const;
const OF_A_VERSION: readonly string[] = ['3 book', '3 meters', '3 tariff', '3 prices', '3 anchor', '4 inputs', '5 bills', '9 points'];

const isLineOf = (check: Check, due: string, version: number): boolean =>
  `${check.id} ${check.name}` === due && (!OF_A_VERSION.includes(due) || (check.version ?? 1) === version);

/** What a day rests on besides its own lines: where the day before ended, and the state of those that copies were chosen from. */
const isUnder = (check: Check, { date }: BundleDay, before: BundleDay | undefined): boolean =>
  check.day !== undefined && (check.day === before?.date || (check.id === '2' && check.day < date));

/** What the audit says of this day, in one line. Other meters' faults count: a book with one false bill is no audited book. */
function bookCheck({ day, before, audit, file }: Look, version: number): OwnCheck {
  const of = audit.checks.filter((c) => c.day === undefined || c.day === day.date);
  const all = [...of, ...audit.checks.filter((c) => isUnder(c, day, before))];
  const worst = all.find((c) => c.status === 'failed') ?? all.find((c) => c.status === 'unreadable');
  if (worst) {
    const where = worst.day === undefined || worst.day === day.date ? '' : `${worst.day}: `;
    const whose = worst.meter ? `${worst.meter}: ` : '';
    return own('book', worst.status, `the audit: ${where}${worst.id} ${worst.name}: ${whose}${worst.detail}`, day.date);
  }
  const copies = entryIn(day.books.get(version), file.meter)?.copied;
  const allDue = [...bookDue, ...(copies ? copyDue : [])];
  const silent = allDue.filter((due) => !of.some((c) => c.status === 'passed' && isLineOf(c, due, version)));
  if (silent.length > 0)
    return own('book', 'failed', `the audit did not check ${silent.join(', ')}: a check that did not run is not passed`, day.date);
  const passed = of.filter((c) => c.status === 'passed').length;
  const says = `version ${version} is anchored, lists this meter with its source, and its proof holds`;
  return own('book', 'passed', `${says}: ${passed} checks of the audit passed`, day.date);
}

export function lookAt(look: Look): Found | null {
  const { day, before, file } = look;
  const mine = file.days.find((d) => d.day === day.day);
  const newest = newestWith(day, file.meter);
  const entry = entryIn(newest, file.meter);
  if (!newest || !entry) {
    const rostered = day.roster?.meters.some((m) => m.meter === file.meter);
    if (!mine && !rostered && day.books.has(1)) return null;
    return {
      checks: [
        own(
          'book',
          day.books.has(1) ? 'failed' : 'unreadable',
          day.books.has(1) ? 'the book does not list this meter' : 'the book could not be read',
          day.date,
        ),
      ],
      evidence: [],
      noBill: false,
      wrongOpening: false,
    };
  }
  const opened = openingChecks({ ...look, before }, newest.version);
  return {
    ...opened,
    checks: [statementCheck(day, entry, mine, file.chainId), ...opened.checks, registersCheck(look), bookCheck(look, newest.version)],
  };
}
