/**
 * The public inputs of the main chain's circuits, in the circuits' order (circuits/net.circom, clearing-shared.circom, bill-sum.circom).
 * What public-inputs.ts says of the others holds for these: the circuits do not range-check what is public, so each value is checked here.
 */
import { type BillSumPublic, type ClearingSharedPublic, type NetPublic, PERIOD_DAYS } from '../../protocol/day/main-witness.ts';
import { INTERVAL_LIMIT_WH } from '../../protocol/meter/commitment.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { assertField, toField } from '../../protocol/values/field.ts';
import { assertU32 } from '../../protocol/values/time.ts';
import { assertTick, dayInput, prices } from './public-inputs.ts';

export type { BillSumPublic, ClearingSharedPublic, NetPublic };

/** |what a meter owes for a period| stays below this. */
const PERIOD_AMOUNT_LIMIT = 1n << 62n;

/** X gridId C mainGridId meterTag day capacityWh. @throws ProtocolError naming the field */
export function netPublic(net: NetPublic): bigint[] {
  const { capacityWh } = net;
  if (!Number.isInteger(capacityWh) || capacityWh < 0 || capacityWh >= INTERVAL_LIMIT_WH)
    throw new ProtocolError('out-of-range', 'capacityWh', 'an integer of Wh in 0 … 2^20-1');
  const elements = (['X', 'gridId', 'C', 'mainGridId', 'meterTag'] as const).map((name) => assertField(net[name], name));
  return [...elements, dayInput(net.day), BigInt(capacityWh)];
}

/** X rho ΣS gridId day p[96] buy[96] sell[96], prices in ticks, none negative. @throws ProtocolError naming the field */
export function clearingSharedPublic(clearing: ClearingSharedPublic): bigint[] {
  const tick = assertTick(clearing.tick);
  const elements = (['X', 'rho', 'sumS', 'gridId'] as const).map((name) => assertField(clearing[name], name));
  const ofPrices = (['sharedNelPerWh', 'buyNelPerWh', 'sellNelPerWh'] as const).flatMap((name) => {
    const negative = clearing[name].findIndex((value) => value < 0);
    if (negative >= 0) throw new ProtocolError('out-of-range', `${name}[${negative}]`, '0 … 2^31-1 nELECTRA/Wh');
    return prices(clearing[name], tick, tick, name);
  });
  return [...elements, dayInput(clearing.day), ...ofPrices];
}

/** gridId meterTag firstDay B[7] total. @throws ProtocolError naming the field */
export function billSumPublic({ gridId, meterTag, firstDay, B, totalNel }: BillSumPublic): bigint[] {
  if (B.length !== PERIOD_DAYS) throw new ProtocolError('wrong-size', 'B', `${PERIOD_DAYS} days, not ${B.length}`);
  if (typeof totalNel !== 'bigint' || totalNel >= PERIOD_AMOUNT_LIMIT || totalNel <= -PERIOD_AMOUNT_LIMIT)
    throw new ProtocolError('out-of-range', 'totalNel', '|total| < 2^62 nELECTRA');
  assertU32(firstDay, 'firstDay');
  assertU32(firstDay + PERIOD_DAYS - 1, 'firstDay');
  return [
    assertField(gridId, 'gridId'),
    assertField(meterTag, 'meterTag'),
    BigInt(firstDay),
    ...B.map((commitment, i) => assertField(commitment, `B[${i}]`)),
    toField(totalNel),
  ];
}
