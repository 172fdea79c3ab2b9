/**
 * Inputs of the main chain's circuits by name, as inputs.ts makes those of a community's: never log them, never quote a value in an error.
 */
import type { BillSumWitness, ClearingSharedWitness, NetWitness } from '../../protocol/day/main-witness.ts';
import { PERIOD_DAYS } from '../../protocol/day/main-witness.ts';
import { netOf } from '../../protocol/day/net.ts';
import type { Signals } from '../../protocol/day/witness.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { assertField, toField } from '../../protocol/values/field.ts';
import { SLOTS_PER_DAY } from '../../protocol/values/time.ts';
import { billSumPublic, clearingSharedPublic, netPublic } from '../../reader/verifier/index.ts';
import { blindingOf, decimals, total } from './inputs.ts';

export type { BillSumWitness, ClearingSharedWitness, NetWitness };
export { billSumPublic, clearingSharedPublic, netPublic };

/** Signals of Net, the statement's values computed here. @throws ProtocolError naming the field, never its value */
export function netInput(net: NetWitness): Signals {
  const [X, gridId, C, mainGridId, meterTag, day, capacityWh] = decimals(netPublic(net));
  const T = [...total(net.totalImportWh, 'totalImportWh'), ...total(net.totalExportWh, 'totalExportWh')];
  const { importWh, exportWh } = netOf(net.totalImportWh, net.totalExportWh);
  const over = importWh.findIndex((wh, i) => wh + exportWh[i] > net.capacityWh);
  if (over >= 0) throw new ProtocolError('out-of-range', `net[${over}]`, 'no more than capacityWh');
  return {
    ...{ X, gridId, C, mainGridId, meterTag, day, capacityWh, T },
    M: String(assertField(net.maskSum, 'maskSum')),
    x: String(assertField(net.x, 'x')),
    importWh: importWh.map(String),
    exportWh: exportWh.map(String),
    blinding: blindingOf(net.blinding, 'blinding'),
  };
}

/**
 * The remainder of one slot's rounding, in [0, V): P·V = L·p ± rem (circuits/shared-slot-price.circom). Prices in ticks. Outside that range
 * when the price is not the rule's; the result then fits no witness.
 */
function remainder(slot: { demand: bigint; supply: bigint; price: bigint; buy: bigint; sell: bigint }): bigint {
  const { demand, supply, price, buy, sell } = slot;
  if (demand > supply) return buy * demand - supply * price;
  if (supply === 0n) return price - sell;
  return demand * price - sell * supply;
}

/** Signals of ClearingShared, the remainders computed here. @throws ProtocolError naming the field, never its value */
export function clearingSharedInput(clearing: ClearingSharedWitness): Signals {
  const publics = decimals(clearingSharedPublic(clearing));
  const [X, rho, S, gridId, day] = publics;
  const group = (i: number): string[] => publics.slice(5 + i * SLOTS_PER_DAY, 5 + (i + 1) * SLOTS_PER_DAY);
  const T = [...total(clearing.totalImportWh, 'totalImportWh'), ...total(clearing.totalExportWh, 'totalExportWh')];
  const inTicks = (price: number): bigint => BigInt(price) / BigInt(clearing.tick);
  const rem = clearing.sharedNelPerWh.map((price, i) =>
    remainder({
      demand: BigInt(clearing.totalImportWh[i]),
      supply: BigInt(clearing.totalExportWh[i]),
      price: inTicks(price),
      buy: inTicks(clearing.buyNelPerWh[i]),
      sell: inTicks(clearing.sellNelPerWh[i]),
    }),
  );
  return {
    ...{ X, rho, S, gridId, day, p: group(0), buy: group(1), sell: group(2), T },
    M: String(assertField(clearing.maskSum, 'maskSum')),
    x: String(assertField(clearing.x, 'x')),
    rem: decimals(rem.map(toField)),
  };
}

/** Signals of BillSum. @throws ProtocolError naming the field, never its value */
export function billSumInput(sum: BillSumWitness): Signals {
  const publics = decimals(billSumPublic(sum));
  const [gridId, meterTag, firstDay] = publics;
  for (const name of ['amountsNel', 's'] as const) {
    if (sum[name].length !== PERIOD_DAYS) throw new ProtocolError('wrong-size', name, `${PERIOD_DAYS} days, not ${sum[name].length}`);
    const at = sum.B.findIndex((commitment, i) => commitment === 0n && sum[name][i] !== 0n);
    if (at >= 0) throw new ProtocolError('out-of-range', `${name}[${at}]`, '0 on a day without a bill');
  }
  if (sum.amountsNel.reduce((all, amount) => all + amount, 0n) !== sum.totalNel)
    throw new ProtocolError('out-of-range', 'totalNel', 'the sum of the amounts');
  return {
    ...{ gridId, meterTag, firstDay, B: publics.slice(3, 3 + PERIOD_DAYS), total: publics[3 + PERIOD_DAYS] },
    amount: decimals(sum.amountsNel.map(toField)),
    s: sum.s.map((value, i) => String(assertField(value, `s[${i}]`))),
  };
}
