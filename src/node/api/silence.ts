/** When a meter counts as silent: one rule for the operator's board and for whoever wants to be told. */
import { DAY_S, SLOT_S } from '../../protocol/values/time.ts';

/** A meter of which so long nothing was heard is silent: eight quarter-hours. */
export const SILENT_S = 7_200;

export const endOfSlot = (slot: number): number => (slot + 1) * SLOT_S;

interface Heard {
  first_day: number;
  last_day: number | null;
  /** of its newest report */
  slot: number | null;
}

/** Chain time since which nothing was heard of it; null: it is not silent, or not in service. */
export function silentSince({ first_day, last_day, slot }: Heard, chainUnixS: number): number | null {
  const today = Math.floor(chainUnixS / DAY_S);
  const inService = first_day <= today && (last_day === null || last_day >= today);
  const since = Math.max(first_day * DAY_S, slot === null ? 0 : endOfSlot(slot));
  return inService && chainUnixS - since > SILENT_S ? since : null;
}
