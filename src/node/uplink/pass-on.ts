/**
 * The rule by which a tariff passes on what sharing saved (docs/tariffs.md): retail is lowered and feed-in raised by one step, the same for
 * every quarter-hour. So the middle of both, at which neighbours share, stays what it is.
 *
 * Had the tariff held in the weeks that it is made of, members would have been billed less by at most what was saved in them. What the step
 * leaves over stays in the fund, and a loss is passed on to nobody.
 */
import { PRICE_LIMIT, slotPrice } from '../../protocol/index.ts';
import type { GainDay, GainWeek } from './gain.ts';

/** 96 prices each, nELECTRA/Wh. */
export interface SupplierPrices {
  retailNelPerWh: readonly number[];
  feedInNelPerWh: readonly number[];
  /** what it bills less for a Wh from other communities: no more than retail, less what stays due, as grid charges do */
  avoidedNelPerWh: readonly number[];
}

export interface PassedOn {
  /** gains of the ledger together */
  gainNel: bigint;
  /** at least so much the supplier billed less for what was taken; at most so much it paid less for what was given */
  avoidedNel: bigint;
  forgoneNel: bigint;
  /** gain + avoided − forgone */
  savedNel: bigint;
  /** by which retail is lowered and feed-in raised: a multiple of twice the tick, or 0 */
  stepNelPerWh: number;
  /** what members would have been billed less */
  passedNel: bigint;
  retailNelPerWh: number[];
  feedInNelPerWh: number[];
}

/** What all members together are billed for their energy, as a day's book prices it. */
function billed(days: readonly GainDay[], { retailNelPerWh, feedInNelPerWh }: SupplierPrices, step: number, tick: number): bigint {
  let sum = 0n;
  for (const { importWh, exportWh } of days)
    for (const [i, wh] of importWh.entries()) {
      const { buy, sell } = slotPrice(wh, exportWh[i], retailNelPerWh[i] - step, feedInNelPerWh[i] + step, tick);
      sum += BigInt(buy) * BigInt(wh) - BigInt(sell) * BigInt(exportWh[i]);
    }
  return sum;
}

/** Σ price · energy over quarter-hours, energy chosen by the price's sign. */
const worth = (
  days: readonly GainDay[],
  prices: readonly number[],
  wh: (day: GainDay, slot: number, isNegative: boolean) => number,
): bigint => days.reduce((sum, day) => prices.reduce((all, price, i) => all + BigInt(price) * BigInt(wh(day, i, price < 0)), sum), 0n);

/** The largest step at which feed-in does not pass retail, where it has not already: there neighbours would share no more. */
function stepsMost({ retailNelPerWh, feedInNelPerWh }: SupplierPrices, unit: number): number {
  const gaps = retailNelPerWh.map((retail, i) => retail - feedInNelPerWh[i]).filter((gap) => gap >= 0);
  return Math.floor(gaps.reduce((least, gap) => Math.min(least, gap), PRICE_LIMIT) / (2 * unit));
}

/** @param tick of this community's chain; the supplier's retail and feed-in are multiples of twice that */
export function passOn(weeks: readonly Pick<GainWeek, 'gainNel' | 'days'>[], supplier: SupplierPrices, tick: number): PassedOn {
  const days = weeks.flatMap((week) => week.days);
  const gainNel = weeks.reduce((sum, week) => sum + week.gainNel, 0n);
  // Where a price is negative the other bound is the careful one: all that members used was taken, nothing was given.
  const avoidedNel = worth(days, supplier.avoidedNelPerWh, (day, i, isNegative) => (isNegative ? day.importWh[i] : day.takenWh[i]));
  const forgoneNel = worth(days, supplier.feedInNelPerWh, (day, i, isNegative) => (isNegative ? 0 : day.givenWh[i]));
  const savedNel = gainNel + avoidedNel - forgoneNel;
  const unit = 2 * tick;
  const before = billed(days, supplier, 0, tick);
  const passedBy = (steps: number): bigint => before - billed(days, supplier, steps * unit, tick);
  let [low, high] = savedNel > 0n && before !== billed(days, supplier, unit, tick) ? [0, stepsMost(supplier, unit)] : [0, 0];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (passedBy(middle) <= savedNel) low = middle;
    else high = middle - 1;
  }
  const step = low * unit;
  return {
    ...{ gainNel, avoidedNel, forgoneNel, savedNel, stepNelPerWh: step, passedNel: passedBy(low) },
    retailNelPerWh: supplier.retailNelPerWh.map((price) => price - step),
    feedInNelPerWh: supplier.feedInNelPerWh.map((price) => price + step),
  };
}
