/** What a verification concludes: a line for each check, and passed only where every line that is due is there and passed. */

export const CHECKS = ['transcript', 'powers of tau', 'circuits', 'contributions', 'beacon', 'key', 'computation'] as const;
export type CheckName = (typeof CHECKS)[number] | 'named contribution' | 'key files';
/** Checks that look at each circuit's key. */
const PER_CIRCUIT: readonly CheckName[] = ['contributions', 'beacon', 'key', 'computation'];

export interface Line {
  readonly check: CheckName;
  readonly circuit?: string;
  readonly status: 'passed' | 'failed' | 'unreadable' | 'open';
  readonly detail: string;
}

export interface CeremonyVerdict {
  /** 0 passed, 1 failed, 2 unreadable, 3 sound so far, but without its beacon */
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly status: 'passed' | 'failed' | 'unreadable' | 'unfinished';
  readonly lines: readonly Line[];
  /** contributors in their order, with what each published */
  readonly contributors: readonly { name: string; hash: string }[];
  /** hash of the last entry: it stands for the whole transcript */
  readonly hash: string | null;
}

const isDue = (lines: readonly Line[], check: CheckName, circuit?: string): boolean =>
  lines.some((line) => line.check === check && line.circuit === circuit);

/** A line for every check that should have run and did not: what was not looked at has not passed. */
function missing(lines: readonly Line[], circuits: readonly string[]): Line[] {
  const due = CHECKS.flatMap((check) => (PER_CIRCUIT.includes(check) ? circuits.map((circuit) => ({ check, circuit })) : [{ check }]));
  return due
    .filter((wanted: { check: CheckName; circuit?: string }) => !isDue(lines, wanted.check, wanted.circuit))
    .map((wanted) => ({ ...wanted, status: 'unreadable' as const, detail: 'not looked at, for what is said above' }));
}

export function conclude(
  looked: readonly Line[],
  circuits: readonly string[],
  { contributors, hash }: Pick<CeremonyVerdict, 'contributors' | 'hash'>,
): CeremonyVerdict {
  const lines = [...looked, ...missing(looked, circuits)];
  const has = (status: Line['status']): boolean => lines.some((line) => line.status === status);
  const rest = { lines, contributors, hash };
  if (has('failed')) return { exitCode: 1, status: 'failed', ...rest };
  if (has('unreadable')) return { exitCode: 2, status: 'unreadable', ...rest };
  if (has('open')) return { exitCode: 3, status: 'unfinished', ...rest };
  return { exitCode: 0, status: 'passed', ...rest };
}
