/**
 * What an audit says: its lines, and the exit code that follows from them. Faults are proof that something is wrong, so they outrank files
 * that could not be read.
 */
import type { HeaderConflict } from '../light/index.ts';
import type { Check, CheckStatus } from './checks.ts';
import type { Resume } from './resume.ts';

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
  /**
   * SHA-256 of what the audit takes from genesis.json, canonical, hex: what a reader compares with a genesis that it trusts. Null like
   * chainId
   */
  genesisHash: string | null;
  /** days whose bills were audited, `YYYY-MM-DD`, rising */
  days: readonly string[];
  checks: readonly Check[];
  counts: Counts;
  /** two valid headers at one height, where the bundle shows them */
  evidence: HeaderConflict | null;
  /** what the next audit can go on from; null unless this one passed from genesis */
  resume: Resume | null;
  /** what a reader must know beside the checks: assumptions, and whatever is not as in production */
  notes: readonly string[];
}

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
