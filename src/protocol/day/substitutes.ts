/**
 * What a meter is billed for a day it did not state, or stated wrongly (docs/substitutes.md):
 *
 *   values      those of the day that the rule names (copied-day.ts), as the meter stated it; of the zero day, zero
 *   registers   they begin where the meter's last booked day ended, else at zero
 *
 * Always declared: the public book says `substitute` or `disputed`, and which day it copies. Only days that their meter committed to in
 * time are ever copied, so that a substitute never copies a substitute.
 */
import { SLOTS_PER_DAY } from '../values/time.ts';

/** A day's values, by slot. */
export interface Profile {
  importWh: readonly number[];
  exportWh: readonly number[];
}
/** Closing registers (Wh at 24:00) of the meter's last booked day. */
export interface Closing {
  importEndWh: bigint;
  exportEndWh: bigint;
}
export interface Substitute {
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: number[];
  exportWh: number[];
}

/** The substitute of a meter's day. `copied`: null for the zero day; `closing`: undefined before its first booked day. */
export function substitute(copied: Profile | null, closing: Closing | undefined): Substitute {
  const zeros = () => new Array<number>(SLOTS_PER_DAY).fill(0);
  return {
    importStartWh: closing?.importEndWh ?? 0n,
    exportStartWh: closing?.exportEndWh ?? 0n,
    importWh: copied ? [...copied.importWh] : zeros(),
    exportWh: copied ? [...copied.exportWh] : zeros(),
  };
}
