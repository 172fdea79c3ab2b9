/** When a day is void: no version 1 of its book was proven in time, so that one book without proofs does not end a community. */
import { DAY_S } from '../values/time.ts';

/** After the freeze of the day's roster, in chain time (chain/x/meter/types/limits.go). */
export const VOID_AFTER_S = 14 * DAY_S;

/** Whether a day that has no proven version 1 by then is void. */
export const isVoid = ({ frozenUnixS, nowUnixS }: { frozenUnixS: number; nowUnixS: number }): boolean =>
  nowUnixS >= frozenUnixS + VOID_AFTER_S;
