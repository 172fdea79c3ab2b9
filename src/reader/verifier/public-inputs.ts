/**
 * The public inputs of all circuits, in the circuits' order (protocol §6, §9.2; circuits/day-bill.circom, clearing.circom,
 * substitute.circom).
 *
 * The circuits do not range-check what is public: their statements mean integers only if these functions were fed integers of the stated
 * size. So each value is checked here, on the prover's and on the verifier's side alike. The traps: prices of the clearing are counted in
 * ticks, must be exact, and outside prices must be even in ticks, or the circuit's half of R + F is a huge field element.
 */
import type { AnyCircuitName } from '../../protocol/circuits.ts';
import { type ClearedPrices, clearedPrices, FEE_LIMIT, PRICE_LIMIT } from '../../protocol/day/prices.ts';
import type { ClearingPublic, DayBillPublic, SubstitutePublic } from '../../protocol/day/witness.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { assertField, toField } from '../../protocol/values/field.ts';
import { assertU32, SLOTS_PER_DAY } from '../../protocol/values/time.ts';

export type { ClearingPublic, DayBillPublic, SubstitutePublic };

/** Public inputs of DayBill, Clearing, Substitute. */
export const DAY_BILL_INPUTS = 203;
export const CLEARING_INPUTS = 389;
export const SUBSTITUTE_INPUTS = 6;
/** How many each circuit has; those of the main chain's stand in main-public-inputs.ts. */
export const PUBLIC_INPUTS: Readonly<Record<AnyCircuitName, number>> = {
  'bill-sum': 11,
  clearing: CLEARING_INPUTS,
  'clearing-shared': 293,
  'day-bill': DAY_BILL_INPUTS,
  net: 7,
  substitute: SUBSTITUTE_INPUTS,
};

export function dayInput(day: number): bigint {
  assertU32(day, 'day');
  return BigInt(day);
}

function price(value: number, unit: number, field: string): bigint {
  if (!Number.isInteger(value) || Math.abs(value) >= PRICE_LIMIT)
    throw new ProtocolError('out-of-range', field, 'an integer of nELECTRA/Wh, |p| < 2^31');
  if (value % unit !== 0) throw new ProtocolError('out-of-range', field, `a multiple of ${unit} nELECTRA/Wh`);
  return BigInt(value);
}

/** Each a multiple of `unit`, divided by `divisor`. */
export function prices(values: readonly number[], unit: number, divisor: number, field: string): bigint[] {
  if (values.length !== SLOTS_PER_DAY) throw new ProtocolError('wrong-size', field, `${SLOTS_PER_DAY} prices, not ${values.length}`);
  return values.map((value, i) => toField(price(value, unit, `${field}[${i}]`) / BigInt(divisor)));
}

export function assertTick(tick: number): number {
  if (!Number.isInteger(tick) || tick < 1 || tick >= PRICE_LIMIT)
    throw new ProtocolError('out-of-range', 'tick', 'a positive integer of nELECTRA/Wh');
  return tick;
}

/** C K B L0 L1 S rho gridId meterTag day feePerDay buy[96] sell[96]. @throws ProtocolError naming the field */
export function dayBillPublic(bill: DayBillPublic): bigint[] {
  if (typeof bill.feePerDayNel !== 'bigint' || bill.feePerDayNel < 0n || bill.feePerDayNel >= FEE_LIMIT)
    throw new ProtocolError('out-of-range', 'feePerDayNel', '0 … 2^48-1 nELECTRA');
  const elements = (['C', 'K', 'B', 'L0', 'L1', 'S', 'rho', 'gridId', 'meterTag'] as const).map((name) => assertField(bill[name], name));
  return [
    ...elements,
    dayInput(bill.day),
    bill.feePerDayNel,
    ...prices(bill.buyNelPerWh, 1, 1, 'buyNelPerWh'),
    ...prices(bill.sellNelPerWh, 1, 1, 'sellNelPerWh'),
  ];
}

/**
 * X rho ΣS gridId day R[96] F[96] buy[96] sell[96], prices in ticks; four zeros in slots in which nothing is shared.
 * @throws ProtocolError naming the field
 */
export function clearingPublic(clearing: ClearingPublic): bigint[] {
  const tick = assertTick(clearing.tick);
  const elements = (['X', 'rho', 'sumS', 'gridId'] as const).map((name) => assertField(clearing[name], name));
  const ofPrices = (of: ClearedPrices): bigint[] => [
    ...prices(of.retailNelPerWh, 2 * tick, tick, 'retailNelPerWh'),
    ...prices(of.feedInNelPerWh, 2 * tick, tick, 'feedInNelPerWh'),
    ...prices(of.buyNelPerWh, tick, tick, 'buyNelPerWh'),
    ...prices(of.sellNelPerWh, tick, tick, 'sellNelPerWh'),
  ];
  ofPrices(clearing); // zeros hide nothing that is out of range
  return [...elements, dayInput(clearing.day), ...ofPrices(clearedPrices(clearing))];
}

/**
 * C gridId meterTag day from fromDay. The circuit leaves fromDay free where from = 0, so it is 0 there, and nowhere else.
 * @throws ProtocolError naming the field
 */
export function substitutePublic(substitute: SubstitutePublic): bigint[] {
  const { C, gridId, meterTag, day, from, fromDay } = substitute;
  if ((from === 0n) !== (fromDay === 0)) throw new ProtocolError('out-of-range', 'fromDay', '0 where from is 0, and nowhere else');
  return [
    assertField(C, 'C'),
    assertField(gridId, 'gridId'),
    assertField(meterTag, 'meterTag'),
    dayInput(day),
    assertField(from, 'from'),
    BigInt(assertU32(fromDay, 'fromDay')),
  ];
}
