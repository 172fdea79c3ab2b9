/**
 * Statements made up freely: whatever private values an attacker likes, in or out of range, with public commitments that fit them.
 *
 * The arithmetic is the protocol's (§4, §6) over the field, written down a second time without any check, so that a test can break one rule
 * and keep all others. Against src/protocol it is checked by the real day, whose known answers it must reproduce.
 */
import { poseidon4 } from 'poseidon-lite/poseidon4';
import type { ClearingWitness, DayBillWitness } from '../../src/protocol/day/witness.ts';
import type { Values } from './attacker.ts';
import { bitsOf, inverse } from './attacker.ts';

export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
export const mod = (value: bigint): bigint => ((value % R) + R) % R;
export const p4 = (a: bigint, b: bigint, c: bigint, d: bigint): bigint => poseidon4([mod(a), mod(b), mod(c), mod(d)]);
export const tree = (w: readonly bigint[]): bigint => p4(w[0], w[1], w[2], w[3]);
export const words = (values: readonly bigint[], perWord: number, bits: number): bigint[] =>
  Array.from({ length: Math.ceil(values.length / perWord) }, (_, k) =>
    values.slice(k * perWord, (k + 1) * perWord).reduce((sum, v, j) => sum + (v << BigInt(bits * j)), 0n),
  );
const sum = (values: readonly bigint[]): bigint => values.reduce((total, v) => total + v, 0n);

/** Σ value_i·rho^(last + n − 1 − i) + mask; the protocol's last exponent is 1 */
export function maskedSum(values: readonly bigint[], rho: bigint, mask: bigint, lastExponent: 0 | 1 = 1): bigint {
  const powers = values.reduce((acc, v) => mod(acc * rho + v), 0n);
  return mod((lastExponent === 1 ? powers * rho : powers) + mask);
}

/** Inputs of P4 components by name. */
export type Hashes = Readonly<Record<string, readonly bigint[]>>;

/** The partial sums in the order in which an honest prover makes them. */
function partialSums(values: readonly bigint[], rho: bigint): bigint[] {
  const acc = [0n];
  for (const value of values) acc.push(mod((acc[acc.length - 1] + value) * rho));
  return acc;
}

export interface BillPrivate {
  importWh: bigint[];
  exportWh: bigint[];
  importStart: bigint;
  exportStart: bigint;
  blinding: bigint;
  k: bigint;
  v: bigint;
  s: bigint;
  u0: bigint;
  u1: bigint;
}
export interface BillTerms {
  rho: bigint;
  gridId: bigint;
  meterTag: bigint;
  day: bigint;
  feePerDay: bigint;
  buy: bigint[];
  sell: bigint[];
}
export type BillSignals = BillPrivate & BillTerms & { C: bigint; K: bigint; B: bigint; L0: bigint; L1: bigint; S: bigint };

export const amountOf = (b: BillPrivate & BillTerms): bigint =>
  b.feePerDay + sum(b.importWh.map((x, i) => x * b.buy[i])) - sum(b.exportWh.map((x, i) => x * b.sell[i]));
export const meterDayOf = (b: BillTerms): bigint => p4(1n, b.gridId, b.meterTag, b.day);
const rootOf = (b: BillPrivate): bigint => {
  const w = [...words(b.importWh, 12, 20), ...words(b.exportWh, 12, 20)];
  return p4(tree(w.slice(0, 4)), tree(w.slice(4, 8)), tree(w.slice(8, 12)), tree(w.slice(12, 16)));
};
export const closingOf = (b: BillPrivate): [bigint, bigint] => [b.importStart + sum(b.importWh), b.exportStart + sum(b.exportWh)];
export const registersOf = (importWh: bigint, exportWh: bigint): bigint => importWh + (exportWh << 64n);

/** All signals of DayBill for any private values. */
export function dayBill(b: BillPrivate & BillTerms): BillSignals {
  const meterDay = meterDayOf(b);
  return {
    ...b,
    C: p4(meterDay, registersOf(b.importStart, b.exportStart), rootOf(b), b.blinding),
    K: p4(3n, meterDay, b.k, b.v),
    B: p4(4n, meterDay, amountOf(b), b.s),
    L0: p4(5n, b.meterTag, registersOf(b.importStart, b.exportStart), b.u0),
    L1: p4(5n, b.meterTag, registersOf(...closingOf(b)), b.u1),
    S: maskedSum([...b.importWh, ...b.exportWh], b.rho, b.k),
  };
}

/** What each P4 of DayBill is computed of, by component. */
export function billHashes(b: BillPrivate & BillTerms): Hashes {
  const meterDay = meterDayOf(b);
  const w = [...words(b.importWh, 12, 20), ...words(b.exportWh, 12, 20)];
  const leaves = [0, 4, 8, 12].map((i) => w.slice(i, i + 4));
  return {
    meterDay: [1n, b.gridId, b.meterTag, b.day],
    ...Object.fromEntries(leaves.map((leaf, i) => [`root.node[${i}]`, leaf])),
    'root.top': leaves.map(tree),
    commitment: [meterDay, registersOf(b.importStart, b.exportStart), rootOf(b), b.blinding],
    mask: [3n, meterDay, b.k, b.v],
    bill: [4n, meterDay, amountOf(b), b.s],
    linkOpening: [5n, b.meterTag, registersOf(b.importStart, b.exportStart), b.u0],
    linkClosing: [5n, b.meterTag, registersOf(...closingOf(b)), b.u1],
  };
}

export function billOf(w: DayBillWitness): BillPrivate & BillTerms {
  return {
    importWh: w.importWh.map(BigInt),
    exportWh: w.exportWh.map(BigInt),
    importStart: w.importStartWh,
    exportStart: w.exportStartWh,
    blinding: typeof w.blinding === 'bigint' ? w.blinding : BigInt(`0x${Buffer.from(w.blinding).toString('hex')}`),
    k: w.k,
    v: w.v,
    s: w.s,
    u0: w.u0,
    u1: w.u1,
    rho: w.rho,
    gridId: w.gridId,
    meterTag: w.meterTag,
    day: BigInt(w.day),
    feePerDay: w.feePerDayNel,
    buy: w.buyNelPerWh.map(BigInt),
    sell: w.sellNelPerWh.map(BigInt),
  };
}

/** The bits and partial sums that DayBill's generator would assign. */
export function billHints(b: BillPrivate & BillTerms): Values {
  const hints: Record<string, bigint[]> = { 'sum.acc': partialSums([...b.importWh, ...b.exportWh], b.rho) };
  b.importWh.forEach((x, i) => {
    hints[`importBits[${i}].out`] = bitsOf(x, 20, R);
  });
  b.exportWh.forEach((x, i) => {
    hints[`exportBits[${i}].out`] = bitsOf(x, 20, R);
  });
  const [importEnd, exportEnd] = closingOf(b);
  Object.assign(hints, {
    'opening.importBits.out': bitsOf(b.importStart, 56, R),
    'opening.exportBits.out': bitsOf(b.exportStart, 56, R),
    'closing.importBits.out': bitsOf(importEnd, 56, R),
    'closing.exportBits.out': bitsOf(exportEnd, 56, R),
  });
  return hints;
}

export interface ClearingPrivate {
  T: bigint[];
  M: bigint;
  x: bigint;
  rem: bigint[];
}
export interface ClearingTerms {
  rho: bigint;
  gridId: bigint;
  day: bigint;
  R: bigint[];
  F: bigint[];
  buy: bigint[];
  sell: bigint[];
}
export type ClearingSignals = ClearingPrivate & ClearingTerms & { X: bigint; S: bigint };

function totalsCommitment(c: ClearingPrivate & ClearingTerms): bigint {
  const w = words(c.T, 10, 24);
  const n = [0, 4, 8, 12, 16].map((i) => tree(w.slice(i, i + 4)));
  return p4(6n, p4(7n, c.gridId, c.day, 0n), tree(n), p4(n[4], c.M, c.x, 0n));
}

/** What each P4 of Clearing is computed of, by component. */
export function clearingHashes(c: ClearingPrivate & ClearingTerms): Hashes {
  const w = words(c.T, 10, 24);
  const leaves = [0, 4, 8, 12, 16].map((i) => w.slice(i, i + 4));
  const n = leaves.map(tree);
  const gridDay = [7n, c.gridId, c.day, 0n];
  const tail = [n[4], c.M, c.x, 0n];
  return {
    ...Object.fromEntries(leaves.map((leaf, i) => [`commitment.node[${i}]`, leaf])),
    'commitment.head': n.slice(0, 4),
    'commitment.tail': tail,
    'commitment.gridDay': gridDay,
    'commitment.top': [6n, tree(gridDay), tree(n.slice(0, 4)), tree(tail)],
  };
}

/** All signals of Clearing for any private values; prices in ticks. */
export function clearing(c: ClearingPrivate & ClearingTerms): ClearingSignals {
  return { ...c, X: totalsCommitment(c), S: maskedSum(c.T, c.rho, c.M) };
}

export function clearingOf(w: ClearingWitness): ClearingPrivate & ClearingTerms {
  const ticks = (prices: readonly number[]): bigint[] => prices.map((p) => BigInt(p) / BigInt(w.tick));
  const terms = {
    rho: w.rho,
    gridId: w.gridId,
    day: BigInt(w.day),
    R: ticks(w.retailNelPerWh),
    F: ticks(w.feedInNelPerWh),
    buy: ticks(w.buyNelPerWh),
    sell: ticks(w.sellNelPerWh),
    T: [...w.totalImportWh, ...w.totalExportWh].map(BigInt),
    M: w.maskSum,
    x: w.x,
    rem: [] as bigint[],
  };
  return withRemainders(terms);
}

const half = (value: bigint): bigint => mod(value * inverse(2n, R));

/**
 * The remainders that make each slot's mean hold over the field for P = buy + sell − mid, whatever the prices: all that a forger can do.
 */
export function withRemainders<C extends ClearingPrivate & ClearingTerms>(c: C): C {
  const rem = c.R.map((retail, i) => {
    const [D, E] = [c.T[i], c.T[96 + i]];
    const short = D > E;
    const most = short ? D : E;
    const V = most === 0n ? 1n : most;
    const L = most === 0n ? 1n : short ? E : D;
    const mean = L * half(retail + c.F[i]) + (V - L) * (short ? retail : c.F[i]);
    const P = c.buy[i] + c.sell[i] - half(retail + c.F[i]);
    return mod(short ? P * V - mean : mean - P * V);
  });
  return { ...c, rem };
}

/** The bits, inverses and partial sums that the generator of Clearing would assign, and that of ClearingShared, which names them alike. */
export function clearingHints(c: Pick<ClearingPrivate, 'T' | 'rem'> & Pick<ClearingTerms, 'rho'>): Values {
  const hints: Record<string, bigint | bigint[]> = { 'sum.acc': partialSums(c.T, c.rho) };
  c.T.forEach((t, i) => {
    hints[`totalBits[${i}].out`] = bitsOf(t, 24, R);
  });
  c.rem.forEach((rem, i) => {
    const [D, E] = [mod(c.T[i]), mod(c.T[96 + i])];
    const compared = bitsOf(E + (1n << 24n) - D, 25, R);
    const most = mod(compared[24] === 1n ? E : D);
    hints[`slot[${i}].longer.n2b.out`] = compared;
    hints[`slot[${i}].none.inv`] = most === 0n ? 0n : inverse(most, R);
    hints[`slot[${i}].remLow.out`] = bitsOf(rem, 24, R);
    hints[`slot[${i}].remHigh.out`] = bitsOf((most === 0n ? 1n : most) - 1n - rem, 24, R);
  });
  return hints;
}
