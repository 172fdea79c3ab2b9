/**
 * What an audit says: one named line per check of protocol §7, as data and as text, and the exit code.
 *
 * A finding is never lost and never thrown: a stranger's bundle may be wrong in any way, and the reader wants to know in which.
 * Faults are proof that something is wrong, so they outrank files that could not be read.
 */

import type { Evidence } from '../light/index.ts';
import type { Resume } from './resume.ts';

/** The numbers of protocol §7. */
export type CheckId = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/**
 * `passed` · `failed` (parsed and wrong) · `unreadable` (missing, truncated, unparsable) · `open` (an exception everybody should see: a dispute,
 * an open link, an open NoBill) · `not-checked` (with the reason in the detail).
 */
export type CheckStatus = 'passed' | 'failed' | 'unreadable' | 'open' | 'not-checked';

export interface Check {
  id: CheckId;
  /** what of the check, e.g. `roster` */
  name: string;
  status: CheckStatus;
  detail: string;
  /** `YYYY-MM-DD`, where the line is about a day */
  day?: string;
  /** version of the day's book, where it is not 1 */
  version?: number;
  /** bech32 address */
  meter?: string;
  /** quarter-hour of the day, 0 … 95 */
  slot?: number;
}

export interface Counts {
  substitutes: number;
  disputes: number;
  openLinks: number;
  noBills: number;
}

export interface Verdict {
  /** 0 passed · 1 failed · 2 unreadable · 3 passed with disputes, open links or open NoBills */
  exitCode: 0 | 1 | 2 | 3;
  status: 'passed' | 'failed' | 'unreadable' | 'exceptions';
  /** null where genesis.json could not be read */
  chainId: string | null;
  /** SHA-256 of what the audit takes from genesis.json, canonical, hex: what a reader compares with a genesis that it trusts. Null like chainId */
  genesisHash: string | null;
  /** days whose bills were audited, `YYYY-MM-DD`, rising */
  days: readonly string[];
  checks: readonly Check[];
  counts: Counts;
  /** two valid headers at one height, where the bundle shows them */
  evidence: Evidence | null;
  /** what the next audit can go on from; null unless this one passed from genesis */
  resume: Resume | null;
  /** what a reader must know beside the checks: assumptions, and whatever is not as in production */
  notes: readonly string[];
}

/** One thing that is wrong, or open, within a check. */
export interface Fault {
  detail: string;
  meter?: string;
  slot?: number;
  /** default `failed` */
  status?: 'failed' | 'unreadable' | 'open';
}

const FAULTS_SHOWN = 20;
const DETAIL_CHARACTERS = 400;

const shorten = (text: string): string => (text.length <= DETAIL_CHARACTERS ? text : `${text.slice(0, DETAIL_CHARACTERS)} …`);

/** Lines of one check of one day: `summary` as passed unless something failed, then what was found. At most 20 of a kind are listed, the rest counted. */
export function lines(head: Pick<Check, 'id' | 'name' | 'day' | 'version'>, faults: readonly Fault[], summary: string): Check[] {
  const base = {
    id: head.id,
    name: head.name,
    ...(head.day === undefined ? {} : { day: head.day }),
    ...((head.version ?? 1) === 1 ? {} : { version: head.version }),
  };
  const failing = faults.filter((fault) => fault.status !== 'open');
  const listed = [failing, faults.filter((fault) => fault.status === 'open')].flatMap((kind): Check[] => [
    ...kind.slice(0, FAULTS_SHOWN).map(
      (fault): Check => ({
        ...base,
        status: fault.status ?? 'failed',
        detail: shorten(fault.detail),
        ...(fault.meter === undefined ? {} : { meter: fault.meter }),
        ...(fault.slot === undefined ? {} : { slot: fault.slot }),
      }),
    ),
    ...(kind.length > FAULTS_SHOWN
      ? [{ ...base, status: kind[0].status ?? 'failed', detail: `… and ${kind.length - FAULTS_SHOWN} more` } as Check]
      : []),
  ]);
  return failing.length > 0 ? listed : [{ ...base, status: 'passed', detail: shorten(summary) }, ...listed];
}

export const notChecked = (id: CheckId, name: string, detail: string, day?: string): Check => ({
  id,
  name,
  status: 'not-checked',
  detail,
  ...(day === undefined ? {} : { day }),
});

/** Draws the conclusion. Disputes, open links and open NoBills make a pass an exceptional one. */
export function conclude(parts: Omit<Verdict, 'exitCode' | 'status'>): Verdict {
  const has = (status: CheckStatus) => parts.checks.some((check) => check.status === status);
  if (has('failed')) return { exitCode: 1, status: 'failed', ...parts };
  if (has('unreadable')) return { exitCode: 2, status: 'unreadable', ...parts };
  if (has('open') || parts.counts.disputes + parts.counts.openLinks + parts.counts.noBills > 0)
    return { exitCode: 3, status: 'exceptions', ...parts };
  return { exitCode: 0, status: 'passed', ...parts };
}

/** A verdict on a bundle that could not even be opened, or whose genesis is of no use. */
export const withoutGenesis = (checks: readonly Check[], notes: readonly string[] = []): Verdict =>
  conclude({
    chainId: null,
    genesisHash: null,
    days: [],
    checks,
    evidence: null,
    resume: null,
    counts: { substitutes: 0, disputes: 0, openLinks: 0, noBills: 0 },
    notes,
  });
