/**
 * The rule `mid-market/1`: what a quarter-hour costs inside the community (protocol §6).
 *
 * Energy that meets inside the community is shared at the middle of the two outside prices; what is short is bought at retail,
 * what is left over is sold at feed-in, and each side bears its own outside part. Prices are rounded to multiples of `tick`, in the
 * community fund's favour, because finer prices would let anybody solve them for supply and demand.
 *
 * Where feed-in is above retail (protocol §9.10: a fixed feed-in, and a day-ahead price below it), whatever meets inside would be worth
 * more outside: nothing is shared, all is bought at retail and sold at feed-in.
 *
 * All prices: integer nELECTRA per Wh, may be negative. Rounding is the mathematical ceil and floor: BigInt division truncates.
 */
import { ProtocolError } from '../values/errors.ts';
import { SLOTS_PER_DAY } from '../values/time.ts';

export const RULE = 'mid-market/1';
export const PRICE_LIMIT = 2 ** 31;
export const FEE_LIMIT = 1n << 48n;
/** One slot's total over all meters stays below this. */
export const TOTAL_LIMIT_WH = 1 << 24;

/** Outside prices of a day (96 slots each, nELECTRA/Wh) and the fee every meter pays. */
export interface Tariff {
  rule: string;
  retailNelPerWh: readonly number[];
  feedInNelPerWh: readonly number[];
  feePerDayNel: bigint;
}

/** Inside prices of a day, 96 slots each, nELECTRA/Wh. */
export interface Prices {
  buyNelPerWh: readonly number[];
  sellNelPerWh: readonly number[];
}

export function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

export const ceilDiv = (a: bigint, b: bigint): bigint => -floorDiv(-a, b);

/** @throws ProtocolError naming the slot when a price is out of range or not a multiple of 2·tick. */
export function assertTariff(tariff: Tariff, tick: number): void {
  if (tariff.rule !== RULE) throw new ProtocolError('unknown-rule', 'tariff.rule', `"${RULE}"`);
  for (const key of ['retailNelPerWh', 'feedInNelPerWh'] as const) {
    if (tariff[key].length !== SLOTS_PER_DAY) throw new ProtocolError('wrong-size', `tariff.${key}`, `${SLOTS_PER_DAY} prices`);
    tariff[key].forEach((price, i) => {
      if (!Number.isInteger(price) || Math.abs(price) >= PRICE_LIMIT)
        throw new ProtocolError('out-of-range', `tariff.${key}[${i}]`, 'an integer of nELECTRA/Wh, |p| < 2^31');
      if (price % (2 * tick) !== 0) throw new ProtocolError('out-of-range', `tariff.${key}[${i}]`, `a multiple of ${2 * tick} nELECTRA/Wh`);
    });
  }
  if (tariff.feePerDayNel < 0n || tariff.feePerDayNel >= FEE_LIMIT)
    throw new ProtocolError('out-of-range', 'tariff.feePerDayNel', '0 … 2^48-1 nELECTRA');
}

/** Whether nothing is shared in a slot of these outside prices. */
export const isUnshared = (retail: number, feedIn: number): boolean => feedIn > retail;

/** Price of one slot: total import D and export E in Wh, retail R, feed-in F. */
export function slotPrice(demandWh: number, supplyWh: number, retail: number, feedIn: number, tick: number): { buy: number; sell: number } {
  if (isUnshared(retail, feedIn)) return { buy: retail, sell: feedIn };
  const [d, e, r, f, t] = [demandWh, supplyWh, retail, feedIn, tick].map(BigInt);
  const mid = (r + f) / 2n; // exact: both are multiples of 2·tick
  // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigint.
  const inside = d < e ? d : e;
  const buy = d <= e ? mid : ceilDiv(inside * mid + (d - inside) * r, d * t) * t;
  const sell = e <= d ? mid : floorDiv(inside * mid + (e - inside) * f, e * t) * t;
  return { buy: Number(buy), sell: Number(sell) };
}

/** Prices of a day from the totals over all entries (96 values each, < 2^24 Wh). */
export function midMarket(day: { importWh: readonly number[]; exportWh: readonly number[]; tariff: Tariff; tick: number }): Prices {
  assertTariff(day.tariff, day.tick);
  const slots = Array.from({ length: SLOTS_PER_DAY }, (_, i) => {
    for (const key of ['importWh', 'exportWh'] as const) {
      const total = day[key][i];
      if (!Number.isInteger(total) || total < 0 || total >= TOTAL_LIMIT_WH)
        throw new ProtocolError('out-of-range', `total ${key}[${i}]`, '0 … 2^24-1 Wh');
    }
    return slotPrice(day.importWh[i], day.exportWh[i], day.tariff.retailNelPerWh[i], day.tariff.feedInNelPerWh[i], day.tick);
  });
  return { buyNelPerWh: slots.map((s) => s.buy), sellNelPerWh: slots.map((s) => s.sell) };
}

/** What a meter's day costs: fee + Σ buy·import − sell·export, in nELECTRA. Negative: the community owes the member. */
export function billAmount(day: {
  importWh: readonly number[];
  exportWh: readonly number[];
  prices: Prices;
  feePerDayNel: bigint;
}): bigint {
  let amount = day.feePerDayNel;
  for (let i = 0; i < SLOTS_PER_DAY; i++) {
    amount += BigInt(day.prices.buyNelPerWh[i]) * BigInt(day.importWh[i]) - BigInt(day.prices.sellNelPerWh[i]) * BigInt(day.exportWh[i]);
  }
  return amount;
}

/**
 * What the community owes the outside for a day (negative: is owed): retail for what it lacked, less feed-in for its surplus; of slots in
 * which nothing is shared, for all that was used and delivered.
 */
export function outsideCost(importWh: readonly number[], exportWh: readonly number[], tariff: Tariff): bigint {
  let cost = 0n;
  for (let i = 0; i < SLOTS_PER_DAY; i++) {
    const shared = isUnshared(tariff.retailNelPerWh[i], tariff.feedInNelPerWh[i]) ? 0 : Math.min(importWh[i], exportWh[i]);
    cost +=
      BigInt(importWh[i] - shared) * BigInt(tariff.retailNelPerWh[i]) - BigInt(exportWh[i] - shared) * BigInt(tariff.feedInNelPerWh[i]);
  }
  return cost;
}

/**
 * At which a closed run is billed (protocol §9.2): the day's means in every slot, buy rounded up and sell down to a multiple of tick. Of a
 * run nothing but its sum is known, so whoever chose the slots would otherwise choose the price.
 */
export function meanPrices({ buyNelPerWh, sellNelPerWh }: Prices, tick: number): Prices {
  const sum = (prices: readonly number[]): bigint => prices.reduce((total, price) => total + BigInt(price), 0n);
  const [slots, step] = [BigInt(SLOTS_PER_DAY), BigInt(tick)];
  const everySlot = (price: bigint): number[] => Array<number>(SLOTS_PER_DAY).fill(Number(price));
  return {
    buyNelPerWh: everySlot(ceilDiv(sum(buyNelPerWh), slots * step) * step),
    sellNelPerWh: everySlot(floorDiv(sum(sellNelPerWh), slots * step) * step),
  };
}

/** The four kinds of prices of a day that the Clearing is about. */
export interface ClearedPrices extends Prices {
  retailNelPerWh: readonly number[];
  feedInNelPerWh: readonly number[];
}

/**
 * As the Clearing takes them: zeros in slots in which nothing is shared, where its rule is another one and says nothing. That these
 * slots' prices are the outside's, priceFault says.
 */
export function clearedPrices<T extends ClearedPrices>(prices: T): T {
  const unshared = prices.retailNelPerWh.map((retail, i) => isUnshared(retail, prices.feedInNelPerWh[i]));
  if (!unshared.includes(true)) return prices;
  const zeroed = (of: readonly number[]): number[] => of.map((price, i) => (unshared[i] ? 0 : price));
  const { retailNelPerWh, feedInNelPerWh, buyNelPerWh, sellNelPerWh } = prices;
  return {
    ...prices,
    retailNelPerWh: zeroed(retailNelPerWh),
    feedInNelPerWh: zeroed(feedInNelPerWh),
    buyNelPerWh: zeroed(buyNelPerWh),
    sellNelPerWh: zeroed(sellNelPerWh),
  };
}

/**
 * Whether F <= sell <= mid <= buy <= R and both are multiples of tick: what the auditor checks outside the circuit. Where F > R: whether
 * they are R and F themselves.
 */
export function priceFault(price: { buy: number; sell: number }, retail: number, feedIn: number, tick: number): string | null {
  if (price.buy % tick !== 0) return `buy ${price.buy} is not a multiple of ${tick}`;
  if (price.sell % tick !== 0) return `sell ${price.sell} is not a multiple of ${tick}`;
  if (isUnshared(retail, feedIn))
    return price.buy === retail && price.sell === feedIn
      ? null
      : `feed-in ${feedIn} > retail ${retail}: expected buy ${retail} and sell ${feedIn}, got ${price.buy} and ${price.sell}`;
  const mid = (retail + feedIn) / 2;
  if (!(feedIn <= price.sell && price.sell <= mid && mid <= price.buy && price.buy <= retail)) {
    return `feed-in ${feedIn} <= sell ${price.sell} <= mid ${mid} <= buy ${price.buy} <= retail ${retail} does not hold`;
  }
  return null;
}
