/**
 * Outside prices of single slots (protocol §9.10): an auction makes them known hours before, not days, and in days of its own time zone.
 * They stand over the tariff of the UTC day, from whose prices a slot has what was not set.
 */
import { SLOT_S, SLOTS_PER_DAY } from '../values/time.ts';
import type { Tariff } from './prices.ts';

/** Prices of one message at most: two days and a little. */
export const PRICED_SLOTS_MAX = 200;
/** How long before the first of its slots begins a message has to be in a block: nobody learns after the fact what an hour has cost. */
export const PRICES_AHEAD_S = SLOT_S;

/** nELECTRA per Wh. `slot`: of all time, not of the day. */
export interface SlotPrices {
  slot: number;
  retailNelPerWh: number;
  feedInNelPerWh: number;
}

/** The outside prices of a day: the tariff's, but for the slots that have their own. Prices of other days are not looked at. */
export function overTariff<T extends Tariff>(tariff: T, day: number, prices: readonly SlotPrices[]): T {
  if (prices.length === 0) return tariff;
  const [retailNelPerWh, feedInNelPerWh] = [[...tariff.retailNelPerWh], [...tariff.feedInNelPerWh]];
  for (const price of prices) {
    const at = price.slot - day * SLOTS_PER_DAY;
    if (at < 0 || at >= SLOTS_PER_DAY) continue;
    retailNelPerWh[at] = price.retailNelPerWh;
    feedInNelPerWh[at] = price.feedInNelPerWh;
  }
  return { ...tariff, retailNelPerWh, feedInNelPerWh };
}

/** Seconds by which prices that a block of chain time `unixS` set came too late for their slot; 0 where in time. */
export const pricedLateS = (slot: number, unixS: number): number => Math.max(0, unixS + PRICES_AHEAD_S - slot * SLOT_S);
