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
import { dayToDate, parseMeterExport } from '../../protocol/index.ts';
import { type AuditOptions, auditParsed, type Files } from '../audit/index.ts';
import { latestChainTime } from '../audit/link-checks.ts';
import { parseBundle } from '../bundle.ts';
import { lookAt } from './day-checks.ts';
import { readDelivered, reading } from './delivered.ts';
import type { Evidence } from './evidence.ts';
import { operatorsIn } from './operators.ts';
import { type OwnCheck, own } from './own-checks.ts';
import { concludeOwn, type OwnVerdict } from './own-verdict.ts';

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
  /**
   * the bill that the reader asks about, where files come from somebody who may answer about another; what was delivered of other days
   * is no matter of it. Default: whatever is given
   */
  about?: BillName;
}

/** A day of a meter, `YYYY-MM-DD`. */
export interface BillName {
  chainId: string;
  meter: string;
  day: string;
}

/** Whoever answers about another bill has not answered. */
const aboutCheck = ({ chainId, meter, day }: BillName, given: { chainId: string | null; meter?: string; looked: string[] }): OwnCheck[] =>
  given.chainId === chainId && given.meter === meter && given.looked.includes(day)
    ? []
    : [own('book', 'unreadable', `what was given does not audit ${day} of ${meter} on ${chainId}`, day)];

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
export async function verifyBill(
  inputs: OwnInputs,
  { quick = false, openingsAtUnixS = 0, about, ...options }: OwnOptions,
): Promise<OwnVerdict> {
  const bundle = parseBundle(inputs.files);
  const { days } = bundle;
  const checks: OwnCheck[] = [];
  const file = reading('meter export', () => parseMeterExport(inputs.meterExport), checks);
  const audit = await auditParsed(bundle, { ...options, ...(quick && file ? { only: new Set([file.meter]) } : {}) });
  const known = operatorsIn(bundle, audit);
  if (known?.fault) checks.push(own('invoice', 'failed', `operators.json: ${known.fault}`));
  const delivered = readDelivered(inputs, { operators: known?.operators ?? null, chainId: audit.chainId, days }, checks);
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
    const before = days.find((d) => d.day === day.day - 1);
    const asked = about === undefined || about.day === day.date;
    const found = lookAt({ day, before, file: file!, delivered, audit, nowUnixS, bundle, asked });
    if (!found) continue;
    looked.push(day.date);
    checks.push(...found.checks);
    evidence.push(...found.evidence);
    if (found.noBill) noBills.push(day.date);
    wrongOpening ||= found.wrongOpening;
  }
  if (file && looked.length === 0) checks.push(own('book', 'unreadable', 'no audited day of the bundle is about this meter'));
  if (about) checks.push(...aboutCheck(about, { chainId: audit.chainId, meter: file?.meter, looked }));
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
