/**
 * What a meter is billed for a day it did not state, or stated wrongly (docs/substitutes.md):
 *
 *   values      those of the last metered same weekday within 28 days, else of the last metered day, else zero
 *   registers   they begin where the meter's last booked day ended, else at zero
 *
 * Always declared: the public book says `substitute` or `disputed`. Only days whose book says `metered` are taken, so that a substitute
 * never copies a substitute, and everybody can see in the books which day it came from.
 */
import { SLOTS_PER_DAY } from '../index.ts';

const WEEK = 7;
const WITHIN_DAYS = 28;

/** A metered day of the meter, from its book. */
export interface MeteredDay {
  day: number;
  importWh: readonly number[];
  exportWh: readonly number[];
}
/** Closing registers (Wh at 24:00) of the meter's last booked day. */
export interface Closing {
  importEndWh: bigint;
  exportEndWh: bigint;
}
/** `from`: the day the values were taken from, null where they are zero. */
export interface Substitute {
  from: number | null;
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: number[];
  exportWh: number[];
}

/** The day to copy, or null: days after `day` or on it are never looked at. */
export function substituteDay(day: number, meteredDays: readonly number[]): number | null {
  const earlier = new Set(meteredDays.filter((metered) => metered < day));
  for (let back = WEEK; back <= WITHIN_DAYS; back += WEEK) if (earlier.has(day - back)) return day - back;
  return earlier.size === 0 ? null : Math.max(...earlier);
}

/** The substitute of a meter's day. `metered`: the meter's metered days, in any order; `closing`: undefined before its first booked day. */
export function substitute(day: number, metered: readonly MeteredDay[], closing: Closing | undefined): Substitute {
  const from = substituteDay(
    day,
    metered.map((entry) => entry.day),
  );
  const source = metered.find((entry) => entry.day === from);
  const zeros = () => new Array<number>(SLOTS_PER_DAY).fill(0);
  return {
    from,
    importStartWh: closing?.importEndWh ?? 0n,
    exportStartWh: closing?.exportEndWh ?? 0n,
    importWh: source ? [...source.importWh] : zeros(),
    exportWh: source ? [...source.exportWh] : zeros(),
  };
}
