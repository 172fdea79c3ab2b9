/**
 * What a member's own check says: one named line per thing checked, by day, and the exit code of the audit's kind.
 *
 * The verdict names no reading, no amount and no secret, so that it may be shown to anybody. What may not be shown is said in the advice.
 */
import type { CheckStatus, Verdict } from '../audit/index.ts';
import type { Evidence } from './evidence.ts';
import type { OwnCheck } from './own-checks.ts';

export interface OwnVerdict {
  /**
   * 0 passed · 1 failed · 2 unreadable · 3 passed with exceptions of this meter · 4 passed as far as asked: the audit behind it is
   * partial, or what was given is an invoice of another month
   */
  exitCode: Verdict['exitCode'];
  status: Verdict['status'];
  chainId: string | null;
  /** bech32; null where the export could not be read */
  meter: string | null;
  /** days whose bill was looked at, `YYYY-MM-DD`, rising */
  days: readonly string[];
  /** whether everybody's bills were verified, or this meter's alone */
  quick: boolean;
  checks: readonly OwnCheck[];
  /** the audit of the bundle behind it */
  audit: Verdict;
  /** what to do now, and what to publish and what not; empty where all is well */
  advice: readonly string[];
  /** files to publish, one per signed line that is wrong */
  evidence: readonly Evidence[];
}

/**
 * Draws the conclusion: a failure outweighs what could not be read, that outweighs what was left out, and that an exception. Left out is
 * also a bill whose amount nobody showed: an invoice of another month says nothing of it.
 */
export function concludeOwn(parts: Omit<OwnVerdict, 'exitCode' | 'status'>): OwnVerdict {
  const has = (status: CheckStatus) => parts.checks.some((check) => check.status === status);
  if (has('failed')) return { exitCode: 1, status: 'failed', ...parts };
  if (has('unreadable') || parts.days.length === 0) return { exitCode: 2, status: 'unreadable', ...parts };
  const isUnopened = parts.checks.some(({ name, status }) => name === 'opening' && status === 'not-checked');
  if (isUnopened || parts.audit.leftOut.length > 0) return { exitCode: 4, status: 'partial', ...parts };
  return has('open') ? { exitCode: 3, status: 'exceptions', ...parts } : { exitCode: 0, status: 'passed', ...parts };
}
