/**
 * One real day of the community `rural` (2016-07-01), with known answers of an independent implementation: sdk/vectors/protocol-v1.json.
 * Load profiles: SimBench (Meinecke et al., Energies 2020), Open Database License 1.0; see data/simbench-2016/README.md.
 */
import { readFileSync } from 'node:fs';
import type { ClearingWitness, DayBillWitness, SubstituteWitness } from '../../src/protocol/day/witness.ts';
import { commitDay } from '../../src/protocol/meter/commitment.ts';

interface VectorMember {
  member: string;
  address: string;
  importWh: number[];
  exportWh: number[];
  importStart: string | number;
  exportStart: string | number;
  blinding: string;
  amountNel: string;
  k: string;
  v: string;
  s: string;
  u0: string;
  u1: string;
  meterTag: string;
  C: string;
  K: string;
  B: string;
  L0: string;
  L1: string;
  S: string;
}

interface Vector {
  gridId: string;
  day: number;
  tick: number;
  bookHash: string;
  rho: string;
  maskSum: string;
  x: string;
  X: string;
  sumS: string;
  tariff: { retailNelPerWh: number[]; feedInNelPerWh: number[]; feePerDayNel: string };
  totals: { importWh: number[]; exportWh: number[] };
  prices: { buyNelPerWh: number[]; sellNelPerWh: number[] };
  members: VectorMember[];
}

const vector = JSON.parse(readFileSync(new URL('../../sdk/vectors/protocol-v1.json', import.meta.url), 'utf8')) as Vector;

function billOf(m: VectorMember): DayBillWitness & { id: string } {
  return {
    id: m.member,
    C: BigInt(m.C),
    K: BigInt(m.K),
    B: BigInt(m.B),
    L0: BigInt(m.L0),
    L1: BigInt(m.L1),
    S: BigInt(m.S),
    rho: BigInt(vector.rho),
    gridId: BigInt(vector.gridId),
    meterTag: BigInt(m.meterTag),
    day: vector.day,
    feePerDayNel: BigInt(vector.tariff.feePerDayNel),
    ...vector.prices,
    importStartWh: BigInt(m.importStart),
    exportStartWh: BigInt(m.exportStart),
    importWh: m.importWh,
    exportWh: m.exportWh,
    blinding: Uint8Array.from(Buffer.from(m.blinding, 'hex')),
    k: BigInt(m.k),
    v: BigInt(m.v),
    s: BigInt(m.s),
    u0: BigInt(m.u0),
    u1: BigInt(m.u1),
    amountNel: BigInt(m.amountNel),
  };
}

/** The day's 13 bills, in the vectors' order. */
export const realBills: readonly (DayBillWitness & { id: string })[] = vector.members.map(billOf);

export const realClearing: ClearingWitness = {
  X: BigInt(vector.X),
  rho: BigInt(vector.rho),
  sumS: BigInt(vector.sumS),
  gridId: BigInt(vector.gridId),
  day: vector.day,
  retailNelPerWh: vector.tariff.retailNelPerWh,
  feedInNelPerWh: vector.tariff.feedInNelPerWh,
  ...vector.prices,
  tick: vector.tick,
  totalImportWh: vector.totals.importWh,
  totalExportWh: vector.totals.exportWh,
  maskSum: BigInt(vector.maskSum),
  x: BigInt(vector.x),
};
export const realBookHash = vector.bookHash;

/** The real day of a household, once more as the substitute of a day that is so much later; its registers go on where that day ended. */
export function substituteOf(bill: DayBillWitness, daysLater = 7): SubstituteWitness {
  const { gridId, meterTag, importWh, exportWh } = bill;
  const sum = (values: readonly number[]): bigint => BigInt(values.reduce((total, value) => total + value, 0));
  const day = bill.day + daysLater;
  const registers = { importStartWh: bill.importStartWh + sum(importWh), exportStartWh: bill.exportStartWh + sum(exportWh) };
  const blinding = new Uint8Array(31).fill(daysLater);
  return {
    ...{ gridId, meterTag, day, from: bill.C, fromDay: bill.day },
    ...{ importWh, exportWh, ...registers, blinding },
    C: commitDay({ importWh, exportWh, ...registers, blinding, gridId, meterTag, day }),
    ...{ fromImportStartWh: bill.importStartWh, fromExportStartWh: bill.exportStartWh, fromBlinding: bill.blinding },
  };
}

/** The zero day of a household of which nothing is known. */
export function zeroDayOf({ gridId, meterTag, day }: DayBillWitness): SubstituteWitness {
  const zeros = new Array<number>(96).fill(0);
  const values = { importStartWh: 0n, exportStartWh: 0n, importWh: zeros, exportWh: zeros };
  const blinding = new Uint8Array(31).fill(1);
  return {
    ...{ gridId, meterTag, day, from: 0n, fromDay: 0 },
    ...{ ...values, blinding, C: commitDay({ ...values, blinding, gridId, meterTag, day }) },
    ...{ fromImportStartWh: 0n, fromExportStartWh: 0n, fromBlinding: 0n },
  };
}

/** The first household's day as a substitute, and the second's as a zero day. */
export const realSubstitutes: readonly (SubstituteWitness & { id: string })[] = [
  { id: realBills[0].id, ...substituteOf(realBills[0]) },
  { id: realBills[1].id, ...zeroDayOf(realBills[1]) },
];
