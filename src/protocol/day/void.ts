/** When a day is void: no version 1 of its book was proven in time, so that one book without proofs does not end a community. */
import { DAY_S } from '../values/time.ts';
import { LEAST_METERED } from './shared-day.ts';

/** After the freeze of the day's roster, in chain time (chain/x/meter/types/limits.go). */
export const VOID_AFTER_S = 14 * DAY_S;

/** What decides it. `proven`: the chain has verified a version 1; once the time is over it takes none, so that this is settled then. */
export interface Verifiable {
  frozenUnixS: number;
  proven: boolean;
}

/** Whether a frozen day is void at a chain time. */
export const isVoid = ({ frozenUnixS, proven }: Verifiable, atUnixS: number): boolean => !proven && atUnixS >= frozenUnixS + VOID_AFTER_S;

/** Whether a day's roster alone leaves it void, on a chain of communities: one has nobody to share with (docs/shared-rule.md). */
export const isVoidAtFreeze = (meters: readonly { commitment: bigint | null }[]): boolean =>
  meters.filter(({ commitment }) => commitment !== null).length < LEAST_METERED;
