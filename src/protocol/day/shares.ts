/**
 * What of a member's own day was local, and what it would have cost outside: from the own values and the public prices alone, hence without
 * a word on anybody else (protocol §6: buy = mid + (retail − mid) · outside share of demand, sell likewise for supply).
 *
 *     local of what was taken   import · (retail − buy) / (retail − mid)
 *     sold inside of what was given   export · (sell − feedIn) / (mid − feedIn)
 *
 * Prices are rounded to whole ticks, so shares are off by at most a tick over half the distance of the outside prices. Where these are
 * equal a share says nothing.
 */
import { SLOTS_PER_DAY } from '../values/time.ts';
import { floorDiv, type Prices, type Tariff } from './prices.ts';

export interface OwnShares {
  /** what the same energy would have cost outside, without a fee, nELECTRA; negative: would have earned */
  outsideNel: bigint;
  /** of the energy taken, what came from neighbours, Wh; null where a price leaves it open */
  localImportWh: bigint | null;
  /** of the energy given, what neighbours took, Wh; null where a price leaves it open */
  soldInsideWh: bigint | null;
}

const MICRO = 1_000_000n;

/** µWh of energy that was shared: twice the distance to the outside price, over the distance of the outside prices. */
function shared(energyWh: number, fromOutside: number, distance: number): bigint | null {
  if (energyWh === 0) return 0n;
  if (distance === 0) return null;
  const [energy, gain, whole] = [energyWh, fromOutside, distance].map(BigInt);
  return (2n * energy * gain * MICRO) / whole;
}

const sum = (parts: readonly (bigint | null)[]): bigint | null =>
  parts.some((part) => part === null) ? null : (parts as bigint[]).reduce((a, b) => a + b, 0n);

/** Rounded to the nearest Wh, and never more than there was: rounded prices may say a little too much. */
const inWh = (micro: bigint | null, mostWh: bigint): bigint | null => {
  if (micro === null) return null;
  const wh = (micro + MICRO / 2n) / MICRO;
  return wh > mostWh ? mostWh : wh;
};

/** Of a quarter-hour's energy taken, what came from neighbours, in whole Wh; null where its prices leave it open. */
export function localWhOf(takenWh: number, { buy, retail, feedIn }: { buy: number; retail: number; feedIn: number }): number | null {
  const wh = inWh(shared(takenWh, retail - buy, retail - feedIn), BigInt(takenWh));
  return wh === null ? null : Number(wh);
}

/** Of what a bill consists, besides the fee, in nELECTRA. */
export interface BillParts {
  /** what all energy taken cost */
  takenNel: bigint;
  /** of it what came from neighbours, at the middle of the outside prices; null where a price leaves it open */
  neighboursNel: bigint | null;
  /** what all energy given earned */
  givenNel: bigint;
}

/** A quarter-hour's energy from neighbours at its price, in µnELECTRA: the shared Wh times the middle of the outside prices. */
function neighboursMicro(takenWh: number, { buy, retail, feedIn }: { buy: number; retail: number; feedIn: number }): bigint | null {
  if (takenWh === 0 || buy === retail) return retail === feedIn && takenWh > 0 ? null : 0n;
  const [taken, gain, twiceMid, distance] = [takenWh, retail - buy, retail + feedIn, retail - feedIn].map(BigInt);
  return (taken * gain * twiceMid * MICRO) / distance;
}

/** @param own 96 values each: own Wh of the day's quarter-hours, and its prices */
export function billParts(
  own: { importWh: readonly number[]; exportWh: readonly number[] },
  prices: Prices & Pick<Tariff, 'retailNelPerWh' | 'feedInNelPerWh'>,
): BillParts {
  const { buyNelPerWh, sellNelPerWh, retailNelPerWh, feedInNelPerWh } = prices;
  const micro = sum(
    own.importWh.map((taken, i) => neighboursMicro(taken, { buy: buyNelPerWh[i], retail: retailNelPerWh[i], feedIn: feedInNelPerWh[i] })),
  );
  const total = (energy: readonly number[], price: readonly number[]): bigint =>
    energy.reduce((all, wh, i) => all + BigInt(wh) * BigInt(price[i]), 0n);
  return {
    takenNel: total(own.importWh, buyNelPerWh),
    neighboursNel: micro === null ? null : floorDiv(micro + MICRO / 2n, MICRO),
    givenNel: total(own.exportWh, sellNelPerWh),
  };
}

/** @param day 96 values each: own Wh of the day's quarter-hours, and its prices */
export function sharesOf(
  own: { importWh: readonly number[]; exportWh: readonly number[] },
  prices: Prices & Pick<Tariff, 'retailNelPerWh' | 'feedInNelPerWh'>,
): OwnShares {
  const slots = Array.from({ length: SLOTS_PER_DAY }, (_, i) => ({
    taken: own.importWh[i],
    given: own.exportWh[i],
    buy: prices.buyNelPerWh[i],
    sell: prices.sellNelPerWh[i],
    retail: prices.retailNelPerWh[i],
    feedIn: prices.feedInNelPerWh[i],
  }));
  const total = (key: 'taken' | 'given'): bigint => slots.reduce((all, slot) => all + BigInt(slot[key]), 0n);
  return {
    outsideNel: slots.reduce(
      (all, { taken, given, retail, feedIn }) => all + BigInt(taken) * BigInt(retail) - BigInt(given) * BigInt(feedIn),
      0n,
    ),
    localImportWh: inWh(sum(slots.map(({ taken, buy, retail, feedIn }) => shared(taken, retail - buy, retail - feedIn))), total('taken')),
    soldInsideWh: inWh(sum(slots.map(({ given, sell, retail, feedIn }) => shared(given, sell - feedIn, retail - feedIn))), total('given')),
  };
}
