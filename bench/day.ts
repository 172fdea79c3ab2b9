/** One real day of `rural`, as the vectors hold it: what the proof benchmarks prove. */

import { readFileSync } from 'node:fs';
import { clearingInput, dayBillInput, type Signals } from '../src/node/proofs/inputs.ts';
import { clearingPublic, dayBillPublic } from '../src/reader/verifier/index.ts';
import type { Untyped } from '../test/kit/untyped.ts';

const v = JSON.parse(readFileSync(new URL('../sdk/vectors/protocol-v1.json', import.meta.url), 'utf8'));
const shared = { rho: BigInt(v.rho), gridId: BigInt(v.gridId), day: v.day as number };
const prices = { buyNelPerWh: v.prices.buyNelPerWh as number[], sellNelPerWh: v.prices.sellNelPerWh as number[] };

const bills = v.members.map((m: Untyped) => ({
  ...shared,
  ...prices,
  C: BigInt(m.C),
  K: BigInt(m.K),
  B: BigInt(m.B),
  L0: BigInt(m.L0),
  L1: BigInt(m.L1),
  S: BigInt(m.S),
  meterTag: BigInt(m.meterTag),
  feePerDayNel: BigInt(v.tariff.feePerDayNel),
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
}));
const clearing = {
  ...shared,
  ...prices,
  X: BigInt(v.X),
  sumS: BigInt(v.sumS),
  retailNelPerWh: v.tariff.retailNelPerWh,
  feedInNelPerWh: v.tariff.feedInNelPerWh,
  tick: v.tick,
  totalImportWh: v.totals.importWh,
  totalExportWh: v.totals.exportWh,
  maskSum: BigInt(v.maskSum),
  x: BigInt(v.x),
};

export const { day } = shared;
export const billSignals: Signals[] = bills.map(dayBillInput);
export const billPublics: bigint[][] = bills.map(dayBillPublic);
export const clearingSignals: Signals = clearingInput(clearing);
export const clearingPublics: bigint[] = clearingPublic(clearing);
