/**
 * The rule `shared/1`: communities share what was metered, and settle nothing else.
 *
 * In a slot D is short and E is left over, over all communities; L = min(D, E) is shared, at one price p. Who imports pays p for its part
 * of what is shared, who exports gets p for its part, and each one's own supplier bills the rest as ever. Written as one price for every Wh
 * of a side: the shorter side's is p, the longer side's is p thinned over all of it, rounded to a multiple of `tick` in the fund's favour.
 *
 * So there is no outside here: the tariff's retail is p ≥ 0, its feed-in 0, and a day's bills add up to the fees and what rounding leaves.
 */
import { ProtocolError } from '../values/errors.ts';
import { SLOTS_PER_DAY } from '../values/time.ts';
import { ceilDiv, FEE_LIMIT, floorDiv, PRICE_LIMIT, type Prices, type Tariff, TOTAL_LIMIT_WH } from './prices.ts';

export const SHARED_RULE = 'shared/1';

/** The prices p of a day. @throws ProtocolError naming the slot that is none of a tariff of this rule */
export function sharedPricesOf(tariff: Tariff, tick: number): readonly number[] {
  if (tariff.rule !== SHARED_RULE) throw new ProtocolError('unknown-rule', 'tariff.rule', `"${SHARED_RULE}"`);
  for (const key of ['retailNelPerWh', 'feedInNelPerWh'] as const)
    if (tariff[key].length !== SLOTS_PER_DAY) throw new ProtocolError('wrong-size', `tariff.${key}`, `${SLOTS_PER_DAY} prices`);
  tariff.retailNelPerWh.forEach((price, i) => {
    if (!Number.isInteger(price) || price < 0 || price >= PRICE_LIMIT || price % tick !== 0)
      throw new ProtocolError('out-of-range', `tariff.retailNelPerWh[${i}]`, `a multiple of ${tick} nELECTRA/Wh in 0 … 2^31-1`);
  });
  const outside = tariff.feedInNelPerWh.findIndex((price) => price !== 0);
  if (outside >= 0) throw new ProtocolError('out-of-range', `tariff.feedInNelPerWh[${outside}]`, '0: what is not shared has no price here');
  if (tariff.feePerDayNel < 0n || tariff.feePerDayNel >= FEE_LIMIT)
    throw new ProtocolError('out-of-range', 'tariff.feePerDayNel', '0 … 2^48-1 nELECTRA');
  return tariff.retailNelPerWh;
}

/** Price of one slot: total import D and export E in Wh, price p of what is shared. */
export function sharedSlotPrice(demandWh: number, supplyWh: number, price: number, tick: number): { buy: number; sell: number } {
  const [d, e, p, t] = [demandWh, supplyWh, price, tick].map(BigInt);
  const buy = d <= e ? p : ceilDiv(e * p, d * t) * t;
  const sell = e <= d ? p : floorDiv(d * p, e * t) * t;
  return { buy: Number(buy), sell: Number(sell) };
}

/** Prices of a day from the totals over all metered entries (96 values each, < 2^24 Wh). */
export function sharedMarket(day: { importWh: readonly number[]; exportWh: readonly number[]; tariff: Tariff; tick: number }): Prices {
  const shared = sharedPricesOf(day.tariff, day.tick);
  const slots = shared.map((price, i) => {
    for (const key of ['importWh', 'exportWh'] as const) {
      const total = day[key][i];
      if (!Number.isInteger(total) || total < 0 || total >= TOTAL_LIMIT_WH)
        throw new ProtocolError('out-of-range', `total ${key}[${i}]`, '0 … 2^24-1 Wh');
    }
    return sharedSlotPrice(day.importWh[i], day.exportWh[i], price, day.tick);
  });
  return { buyNelPerWh: slots.map((s) => s.buy), sellNelPerWh: slots.map((s) => s.sell) };
}

/** Whether 0 <= buy, sell <= p, at least one of them p, both multiples of tick: what is checked outside the circuit. */
export function sharedPriceFault({ buy, sell }: { buy: number; sell: number }, price: number, tick: number): string | null {
  if (buy % tick !== 0) return `buy ${buy} is not a multiple of ${tick}`;
  if (sell % tick !== 0) return `sell ${sell} is not a multiple of ${tick}`;
  if (!(buy >= 0 && buy <= price && sell >= 0 && sell <= price)) return `0 <= buy ${buy}, sell ${sell} <= shared ${price} does not hold`;
  if (buy !== price && sell !== price) return `expected one of buy ${buy} and sell ${sell} to be the shared price ${price}`;
  return null;
}
