/**
 * Circuit inputs by name, as the witness calculator takes them: decimal strings of field elements (protocol §6, circuits/*.circom).
 *
 * These objects are what waits in Postgres for a prover (prove.input.signals): everything private about a meter's day. Never log them, and
 * never quote a value in an error. Ranges are checked here so that a mistake upstream is named before it becomes an unsatisfiable witness.
 */
import { billAmount, clearedPrices, TOTAL_LIMIT_WH } from '../../protocol/day/prices.ts';
import type {
  ClearingPublic,
  ClearingWitness,
  DayBillPublic,
  DayBillWitness,
  Signals,
  SubstitutePublic,
  SubstituteWitness,
} from '../../protocol/day/witness.ts';
import { assertInterval, assertRegister, packRegisters, readingsRoot } from '../../protocol/meter/commitment.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import { assertField, FIELD_ORDER, fieldFrom31Bytes, toField } from '../../protocol/values/field.ts';
import { SLOTS_PER_DAY } from '../../protocol/values/time.ts';
import { clearingPublic, dayBillPublic, substitutePublic } from '../../reader/verifier/public-inputs.ts';

export type { ClearingPublic, ClearingWitness, DayBillPublic, DayBillWitness, Signals, SubstitutePublic, SubstituteWitness };
export { clearingPublic, dayBillPublic, substitutePublic };

const slots = <T>(values: readonly T[], field: string): readonly T[] => {
  if (values.length !== SLOTS_PER_DAY) throw new ProtocolError('wrong-size', field, `${SLOTS_PER_DAY} values, not ${values.length}`);
  return values;
};
const intervals = (values: readonly number[], field: string): string[] =>
  slots(values, field).map((value, i) => String(assertInterval(value, `${field}[${i}]`)));
export const total = (values: readonly number[], field: string): string[] =>
  slots(values, field).map((value, i) => {
    if (!Number.isInteger(value) || value < 0 || value >= TOTAL_LIMIT_WH)
      throw new ProtocolError('out-of-range', `${field}[${i}]`, '0 … 2^24-1 Wh');
    return String(value);
  });
export const decimals = (values: readonly bigint[]): string[] => values.map(String);
export const blindingOf = (value: bigint | Uint8Array, field: string): string =>
  String(typeof value === 'bigint' ? assertField(value, field) : fieldFrom31Bytes(value, field));

/** Signals of DayBill. @throws ProtocolError naming the field, never its value */
export function dayBillInput(bill: DayBillWitness): Signals {
  const publics = decimals(dayBillPublic(bill));
  const [C, K, B, L0, L1, S, rho, gridId, meterTag, day, feePerDay] = publics;
  const importWh = intervals(bill.importWh, 'importWh');
  const exportWh = intervals(bill.exportWh, 'exportWh');
  const amountNel = billAmount({ importWh: bill.importWh, exportWh: bill.exportWh, prices: bill, feePerDayNel: bill.feePerDayNel });
  if (amountNel !== bill.amountNel) throw new ProtocolError('out-of-range', 'amountNel', 'fee + Σ (buy·import − sell·export)');
  const element = (name: 'k' | 'v' | 's' | 'u0' | 'u1'): string => String(assertField(bill[name], name));
  return {
    C,
    K,
    B,
    L0,
    L1,
    S,
    rho,
    gridId,
    meterTag,
    day,
    feePerDay,
    buy: publics.slice(11, 11 + SLOTS_PER_DAY),
    sell: publics.slice(11 + SLOTS_PER_DAY),
    importWh,
    exportWh,
    importStart: String(assertRegister(bill.importStartWh, 'importStartWh')),
    exportStart: String(assertRegister(bill.exportStartWh, 'exportStartWh')),
    blinding: blindingOf(bill.blinding, 'blinding'),
    k: element('k'),
    v: element('v'),
    s: element('s'),
    u0: element('u0'),
    u1: element('u1'),
  };
}

/**
 * The remainder of one slot's rounding, in [0, V): P·V = L·mid + (V − L)·O ± rem (circuits/slot-price.circom). All prices in ticks.
 * Outside that range when the price is not the rule's; the result then fits no witness.
 */
export function remainder(slot: { demand: bigint; supply: bigint; retail: bigint; feedIn: bigint; buy: bigint; sell: bigint }): bigint {
  const { demand, supply, retail, feedIn, buy, sell } = slot;
  const isShort = demand > supply;
  const longer = isShort ? demand : supply;
  if (longer === 0n) return sell - (retail + feedIn) / 2n;
  const traded = isShort ? supply : demand;
  const value = traded * ((retail + feedIn) / 2n) + (longer - traded) * (isShort ? retail : feedIn);
  return isShort ? buy * longer - value : value - sell * longer;
}

/** Signals of Clearing, the remainders computed here. @throws ProtocolError naming the field, never its value */
export function clearingInput(clearing: ClearingWitness): Signals {
  const publics = decimals(clearingPublic(clearing));
  const [X, rho, S, gridId, day] = publics;
  const group = (i: number): string[] => publics.slice(5 + i * SLOTS_PER_DAY, 5 + (i + 1) * SLOTS_PER_DAY);
  const T = [...total(clearing.totalImportWh, 'totalImportWh'), ...total(clearing.totalExportWh, 'totalExportWh')];
  const cleared = clearedPrices(clearing);
  const inTicks = (price: number): bigint => BigInt(price) / BigInt(clearing.tick);
  const rem = Array.from({ length: SLOTS_PER_DAY }, (_, i) =>
    String(
      toField(
        remainder({
          demand: BigInt(clearing.totalImportWh[i]),
          supply: BigInt(clearing.totalExportWh[i]),
          retail: inTicks(cleared.retailNelPerWh[i]),
          feedIn: inTicks(cleared.feedInNelPerWh[i]),
          buy: inTicks(cleared.buyNelPerWh[i]),
          sell: inTicks(cleared.sellNelPerWh[i]),
        }),
      ),
    ),
  );
  return {
    X,
    rho,
    S,
    gridId,
    day,
    R: group(0),
    F: group(1),
    buy: group(2),
    sell: group(3),
    T,
    M: String(assertField(clearing.maskSum, 'maskSum')),
    x: String(assertField(clearing.x, 'x')),
    rem,
  };
}

/** Signals of Substitute. @throws ProtocolError naming the field, never its value */
export function substituteInput(substitute: SubstituteWitness): Signals {
  const [C, gridId, meterTag, day, from, fromDay] = decimals(substitutePublic(substitute));
  const { importStartWh, exportStartWh, importWh, exportWh, fromImportStartWh, fromExportStartWh } = substitute;
  return {
    C,
    gridId,
    meterTag,
    day,
    from,
    fromDay,
    root: String(readingsRoot(importWh, exportWh)),
    registers: String(packRegisters(importStartWh, exportStartWh)),
    blinding: blindingOf(substitute.blinding, 'blinding'),
    fromRegisters: String(packRegisters(fromImportStartWh, fromExportStartWh)),
    fromBlinding: blindingOf(substitute.fromBlinding, 'fromBlinding'),
  };
}

/** Whether a signal is a canonical field element: what a prover checks of a job's row before it trusts it. */
export const isFieldDecimal = (text: unknown): text is string =>
  typeof text === 'string' && /^(0|[1-9][0-9]{0,76})$/.test(text) && BigInt(text) < FIELD_ORDER;
