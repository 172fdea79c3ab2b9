/**
 * The member's own check: from the meter's export and the openings to "this is my bill, and it is in the audited book" (protocol §7).
 *
 *     statement   own readings + blinding     → C of the book
 *     opening     (amount, s)                 → B of the book
 *     amount      own readings × prices + fee → the opened amount
 *     registers   the day begins where the day before ended, in the meter and in the book
 *     book        the audit: anchored, the roster has this meter, tariff, keys, and the DayBill proof that ties C, B and the prices
 *                 together
 *
 * In the quick mode the audit verifies this meter's proofs alone. That shows that the bill follows from the book's prices, not that the
 * prices follow from everybody's readings: the verdict says so. Pure: runs in a browser.
 */
import {
  type BillOpening,
  dayToDate,
  type MeterExport,
  monthDays,
  ProtocolError,
  parseMeterExport,
  parseOpenings,
  parseSignedInvoice,
  type SignedInvoice,
} from '../../protocol/index.ts';
import { moment } from '../audit/format.ts';
import { type AuditOptions, auditParsed, type Check, type Files, type Verdict } from '../audit/index.ts';
import { latestChainTime } from '../audit/link-checks.ts';
import { type Bundle, type BundleDay, parseBundle } from '../bundle.ts';
import { amountCheck, entryIn, newestWith, openingFault, ownRegistersFault, statementCheck } from './day.ts';
import { type Evidence, makeEvidence } from './evidence.ts';
import { invoiceFaults } from './invoice.ts';
import { type OwnCheck, own } from './own-checks.ts';
import { concludeOwn, type OwnVerdict } from './own-verdict.ts';

/** Openings must be with the member this long after the anchor, in seconds of chain time. */
export const OPENINGS_DUE_S = 172_800;

export interface OwnInputs {
  /** the bundle, path → text */
  files: Files;
  /** text of the meter's own export */
  meterExport: string;
  /** text of a signed invoice, or … */
  invoice?: string;
  /** … of unsigned openings */
  openings?: string;
}

export interface OwnOptions extends Omit<AuditOptions, 'only' | 'draft'> {
  /** verify this meter's proofs alone. Default false */
  quick?: boolean;
  /**
   * chain time now, in seconds, by which openings that are due must be here; earlier than the bundle's own it counts for nothing. Default:
   * the bundle's latest
   */
  openingsAtUnixS?: number;
}

interface Delivered {
  signed: SignedInvoice | null;
  openings: readonly BillOpening[];
  covers: { first: number; last: number } | null;
  chainId: string;
}

/** Parses, or says why not: text that is no JSON is unreadable, any other fault a failure. */
function reading<T>(name: OwnCheck['name'], parse: () => T, checks: OwnCheck[]): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    checks.push(own(name, error.code === 'not-json' ? 'unreadable' : 'failed', error.message));
    return null;
  }
}

function readDelivered(
  { invoice, openings }: OwnInputs,
  operator: string | null,
  chainId: string | null,
  checks: OwnCheck[],
): Delivered | null {
  if (invoice === undefined) {
    const file = openings === undefined ? null : reading('openings', () => parseOpenings(openings), checks);
    if (file && chainId !== null && file.chainId !== chainId)
      checks.push(own('openings', 'failed', `of chain ${file.chainId}, expected ${chainId}`));
    return file && { signed: null, openings: file.openings, covers: null, chainId: file.chainId };
  }
  const signed = reading('invoice', () => parseSignedInvoice(invoice), checks);
  if (!signed) return null;
  if (operator === null || chainId === null) {
    checks.push(own('invoice', 'unreadable', 'genesis.json names no operator: nobody can say whose signature is wanted'));
    return null;
  }
  const faults = invoiceFaults(signed, { chainId, operator });
  checks.push(
    ...(faults.length > 0
      ? faults.map((fault) => own('invoice', 'failed', fault))
      : [
          own(
            'invoice',
            'passed',
            `${signed.invoice.month}, ${signed.invoice.lines.length} bills, signed by the operator ${operator}; the total is their sum`,
          ),
        ]),
  );
  return {
    signed: faults.length > 0 ? null : signed,
    openings: signed.invoice.lines,
    covers: monthDays(signed.invoice.month),
    chainId: signed.invoice.chainId,
  };
}

interface Look {
  day: BundleDay;
  before: BundleDay | undefined;
  file: MeterExport;
  delivered: Delivered | null;
  audit: Verdict;
  nowUnixS: number;
  bundle: Bundle;
}
interface Found {
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
  return say(
    'passed',
    before && entryIn(newestWith(before, file.meter), file.meter)
      ? `the day begins at the registers where ${before.date} ended`
      : "the meter's first day: it may begin anywhere",
  );
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
const OF_A_VERSION: readonly string[] = ['3 book', '3 meters', '3 tariff', '3 prices', '3 anchor', '4 inputs', '5 bills', '9 points'];

const isLineOf = (check: Check, due: string, version: number): boolean =>
  `${check.id} ${check.name}` === due && (!OF_A_VERSION.includes(due) || (check.version ?? 1) === version);

/** What the audit says of this day, in one line. Other meters' faults count: a book with one false bill is no audited book. */
function bookCheck({ day, audit }: Look, version: number): OwnCheck {
  const of = audit.checks.filter((c) => c.day === undefined || c.day === day.date);
  const worst = of.find((c) => c.status === 'failed') ?? of.find((c) => c.status === 'unreadable');
  if (worst)
    return own(
      'book',
      worst.status,
      `the audit: ${worst.id} ${worst.name}: ${worst.meter ? `${worst.meter}: ` : ''}${worst.detail}`,
      day.date,
    );
  const silent = bookDue.filter((due) => !of.some((c) => c.status === 'passed' && isLineOf(c, due, version)));
  if (silent.length > 0)
    return own('book', 'failed', `the audit did not check ${silent.join(', ')}: a check that did not run is not passed`, day.date);
  const passed = of.filter((c) => c.status === 'passed').length;
  const says = `version ${version} is anchored, lists this meter with its source, and its proof holds`;
  return own('book', 'passed', `${says}: ${passed} checks of the audit passed`, day.date);
}

function lookAt(look: Look): Found | null {
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

function adviceOf(evidence: readonly Evidence[], noBills: readonly string[], unsignedFault: boolean, meter: string): string[] {
  return [
    ...(unsignedFault
      ? ['Openings without a signature prove nothing to others: ask the operator for the signed invoice of the month, and check that.']
      : []),
    ...noBills.map(
      (date) => `Say on the chain that the bill was not delivered: npx electra no-bill ${meter} ${date} --wallet-file WALLET --rpc URL`,
    ),
    ...(evidence.length === 0
      ? []
      : [
          'Publish the evidence file. It shows the amount of that one day, and no reading, no other day and no total.',
          "Do not publish the meter export, the invoice or its other lines: with them anybody can read the household's days.",
        ]),
  ];
}

/**
 * Checks a member's bills in a bundle.
 * @returns the verdict; a wrong file is never an exception
 * @throws ArgumentError when `random` does not deliver
 */
export async function verifyBill(inputs: OwnInputs, { quick = false, openingsAtUnixS = 0, ...options }: OwnOptions): Promise<OwnVerdict> {
  const bundle = parseBundle(inputs.files);
  const { days } = bundle;
  const checks: OwnCheck[] = [];
  const file = reading('meter export', () => parseMeterExport(inputs.meterExport), checks);
  const audit = await auditParsed(bundle, { ...options, ...(quick && file ? { only: new Set([file.meter]) } : {}) });
  const delivered = readDelivered(inputs, bundle.genesis.value?.operator ?? null, audit.chainId, checks);
  const evidence: Evidence[] = [];
  const noBills: string[] = [];
  const looked: string[] = [];
  let wrongOpening = false;
  if (file && audit.chainId !== null && file.chainId !== audit.chainId)
    checks.push(own('meter export', 'failed', `of chain ${file.chainId}, expected ${audit.chainId}`));
  if (file && delivered && delivered.openings.length > 0 && !delivered.openings.some((o) => o.meter === file.meter))
    checks.push(
      own(
        delivered.covers ? 'invoice' : 'openings',
        'failed',
        "nothing in it is of this meter: another meter's export, or another member's bills",
      ),
    );
  const nowUnixS = Math.max(openingsAtUnixS, options.nowUnixS ?? 0, latestChainTime(days));
  for (const day of file ? days.filter((d) => d.audited) : []) {
    const found = lookAt({ day, before: days.find((d) => d.day === day.day - 1), file: file!, delivered, audit, nowUnixS, bundle });
    if (!found) continue;
    looked.push(day.date);
    checks.push(...found.checks);
    evidence.push(...found.evidence);
    if (found.noBill) noBills.push(day.date);
    wrongOpening ||= found.wrongOpening;
  }
  if (file && looked.length === 0) checks.push(own('book', 'unreadable', 'no audited day of the bundle is about this meter'));
  const unknown = delivered && file ? delivered.openings.filter((o) => o.meter === file.meter && !looked.includes(dayToDate(o.day))) : [];
  if (unknown.length > 0)
    checks.push(
      own(
        delivered!.covers ? 'invoice' : 'openings',
        'not-checked',
        `${unknown.length} more of this meter, from ${dayToDate(unknown[0].day)} on: not audited in this bundle`,
      ),
    );
  return concludeOwn({
    chainId: audit.chainId,
    meter: file?.meter ?? null,
    days: looked,
    quick,
    checks,
    audit,
    advice: adviceOf(evidence, noBills, delivered !== null && !delivered.covers && wrongOpening, file?.meter ?? ''),
    evidence,
  });
}
