/**
 * What an audit says: its lines, and the exit code that follows from them.
 *
 * Faults are proof that something is wrong, so they outrank files that could not be read; those outrank what the reader left out, and that
 * outranks matters that are open. A pass is concluded from what was due (due.ts): a check that did not run is no pass.
 */

import type { HeaderConflict } from '../light/index.ts';
import type { Check, CheckStatus } from './checks.ts';
import { choices, type Due, missing, missingLines, type Shown } from './due.ts';
import type { Resume } from './resume.ts';

export interface Counts {
  substitutes: number;
  disputes: number;
  openRuns: number;
  noBills: number;
  objections: number;
}

export interface AsOf {
  /** chain time of the newest header, in seconds */
  unixS: number;
  /** how much older than that the reader's clock is, in seconds of chain time; null where no clock was given */
  ageS: number | null;
}

export interface ValidatorHistory {
  /** different sets among the headers that were verified */
  sets: number;
  /** validators of the last of them */
  last: number;
  /** those of them whose keys are not in genesis */
  notGenesis: number;
}

/** Who was the operator, and since when; null: since genesis. */
export interface OperatorTerm {
  address: string;
  sinceUnixS: number | null;
}

export interface Verdict {
  /** 0 passed · 1 failed · 2 unreadable · 3 passed with open matters · 4 partial: the reader left something out, and no fault was found */
  exitCode: 0 | 1 | 2 | 3 | 4;
  status: 'passed' | 'failed' | 'unreadable' | 'exceptions' | 'partial';
  /** null where genesis.json could not be read */
  chainId: string | null;
  /**
   * SHA-256 of what the audit takes from genesis.json, canonical, hex: what a reader compares with a genesis that it trusts. Null like
   * chainId
   */
  genesisHash: string | null;
  /** days whose bills were audited, `YYYY-MM-DD`, rising */
  days: readonly string[];
  checks: readonly Check[];
  counts: Counts;
  /** what was due and left out by the reader's choice, in words; empty unless the verdict is partial (or worse) */
  leftOut: readonly string[];
  /** the moment that the verdict speaks of; null without headers */
  asOf: AsOf | null;
  /** who signed: null without headers */
  validators: ValidatorHistory | null;
  /** who was the operator since when, from the one of genesis on; null where it is not proven */
  operators: readonly OperatorTerm[] | null;
  /** days whose prices include copied profiles, with the meters: what version 1 has as not metered */
  copies: readonly { day: string; meters: readonly string[] }[];
  /** what about genesis production would not have, in words: said before all else */
  development: readonly string[];
  /** two valid headers at one height, where the bundle shows them */
  evidence: HeaderConflict | null;
  /** what the next audit can go on from; null unless this one passed from genesis */
  resume: Resume | null;
  /** what a reader must know beside the checks: assumptions, and whatever is not as in production */
  notes: readonly string[];
}

/** Draws the conclusion from what was due. Whatever is open makes a pass an exceptional one. */
export function conclude(
  said: Omit<Verdict, 'exitCode' | 'status' | 'leftOut'>,
  due: readonly Due[],
  shown: Omit<Shown, 'checks'>,
): Verdict {
  const absent = missing(due, { ...shown, checks: said.checks });
  const parts = { ...said, leftOut: choices(absent) };
  const has = (status: CheckStatus) => parts.checks.some((check) => check.status === status);
  if (has('failed')) return { exitCode: 1, status: 'failed', ...parts };
  if (has('unreadable')) return { exitCode: 2, status: 'unreadable', ...parts };
  const silent = missingLines(absent);
  if (silent.length > 0) return { exitCode: 1, status: 'failed', ...parts, checks: [...parts.checks, ...silent] };
  if (parts.leftOut.length > 0) return { exitCode: 4, status: 'partial', ...parts };
  if (has('open') || parts.counts.disputes + parts.counts.openRuns + parts.counts.noBills + parts.counts.objections > 0)
    return { exitCode: 3, status: 'exceptions', ...parts };
  return { exitCode: 0, status: 'passed', ...parts };
}

/** A verdict with lines more, which can only make it worse. `evidence`: two headers at one height, where they show them. */
export function withLines(verdict: Verdict, checks: readonly Check[], evidence: HeaderConflict | null = null): Verdict {
  const parts = { ...verdict, checks: [...verdict.checks, ...checks], evidence: verdict.evidence ?? evidence };
  const has = (status: CheckStatus): boolean => checks.some((check) => check.status === status);
  if (verdict.exitCode === 1 || has('failed')) return { ...parts, exitCode: 1, status: 'failed', resume: null };
  if (verdict.exitCode === 2 || has('unreadable')) return { ...parts, exitCode: 2, status: 'unreadable', resume: null };
  if (verdict.exitCode === 0 && has('open')) return { ...parts, exitCode: 3, status: 'exceptions' };
  return parts;
}

/** A verdict on a bundle that could not even be opened, or whose genesis is of no use. */
export const withoutGenesis = (checks: readonly Check[], notes: readonly string[] = []): Verdict =>
  conclude(
    {
      chainId: null,
      genesisHash: null,
      days: [],
      checks,
      evidence: null,
      resume: null,
      counts: { substitutes: 0, disputes: 0, openRuns: 0, noBills: 0, objections: 0 },
      asOf: null,
      validators: null,
      operators: null,
      copies: [],
      development: [],
      notes,
    },
    [{ id: '3', name: 'genesis' }],
    { entries: new Set() },
  );
