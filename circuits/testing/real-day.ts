/**
 * One real day of the community `rural` (2016-07-01), with known answers of an independent implementation: sdk/vectors/protocol-v1.json.
 * Load profiles: SimBench (Meinecke et al., Energies 2020), Open Database License 1.0; see data/simbench-2016/README.md.
 */
import { readFileSync } from 'node:fs';
import type { ClearingWitness, DayBillWitness } from '../../src/protocol/day/witness.ts';

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
