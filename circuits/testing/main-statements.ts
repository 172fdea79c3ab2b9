/** Statements of the main chain's circuits made up freely, as statements.ts does it: commitments that fit whatever an attacker knows. */
import type { BillSumWitness, ClearingSharedWitness, NetWitness } from '../../src/protocol/day/main-witness.ts';
import { netOf } from '../../src/protocol/day/net.ts';
import type { Values } from './attacker.ts';
import { bitsOf, inverse } from './attacker.ts';
import type { Hashes } from './statements.ts';
import { maskedSum, mod, p4, R, tree, words } from './statements.ts';

const fieldOf = (blinding: bigint | Uint8Array): bigint =>
  typeof blinding === 'bigint' ? blinding : BigInt(`0x${Buffer.from(blinding).toString('hex')}`);

interface Totals {
  T: bigint[];
  M: bigint;
  x: bigint;
  gridId: bigint;
  day: bigint;
}

/** What each P4 of TotalsCommitment is computed of, under the name of the component; and X itself. */
function totalsOf({ T, M, x, gridId, day }: Totals, component: string): { hashes: Hashes; X: bigint } {
  const w = words(T, 10, 24);
  const leaves = [0, 4, 8, 12, 16].map((i) => w.slice(i, i + 4));
  const n = leaves.map(tree);
  const [gridDay, tail] = [
    [7n, gridId, day, 0n],
    [n[4], M, x, 0n],
  ];
  const top = [6n, tree(gridDay), tree(n.slice(0, 4)), tree(tail)];
  const hashes = {
    ...Object.fromEntries(leaves.map((leaf, i) => [`${component}.node[${i}]`, leaf])),
    [`${component}.head`]: n.slice(0, 4),
    [`${component}.tail`]: tail,
    [`${component}.gridDay`]: gridDay,
    [`${component}.top`]: top,
  };
  return { hashes, X: tree(top) };
}

/** What the attacker of Net chooses; `registers` are what C is made of, in the circuit they are 0. */
export interface NetTerms extends Totals {
  mainGridId: bigint;
  meterTag: bigint;
  capacityWh: bigint;
  importWh: bigint[];
  exportWh: bigint[];
  blinding: bigint;
}
export type NetSignals = NetTerms & { X: bigint; C: bigint };

const leavesOf = ({ importWh, exportWh }: NetTerms): bigint[][] => {
  const w = [...words(importWh, 12, 20), ...words(exportWh, 12, 20)];
  return [0, 4, 8, 12].map((i) => w.slice(i, i + 4));
};
const netMeterDay = (t: NetTerms): bigint => p4(1n, t.mainGridId, t.meterTag, t.day);
export const statementOf = (t: NetTerms, registers = 0n): bigint => p4(netMeterDay(t), registers, tree(leavesOf(t).map(tree)), t.blinding);
export const anchoredOf = (t: Totals): bigint => totalsOf(t, '').X;

/** All signals of Net for any private values. */
export const netSignals = (t: NetTerms): NetSignals => ({ ...t, X: anchoredOf(t), C: statementOf(t) });

/** What each P4 of Net is computed of, by component. */
export const netHashes = (t: NetTerms): Hashes => ({
  ...totalsOf(t, 'totals').hashes,
  meterDay: [1n, t.mainGridId, t.meterTag, t.day],
  ...Object.fromEntries(leavesOf(t).map((leaf, i) => [`root.node[${i}]`, leaf])),
  'root.top': leavesOf(t).map(tree),
  commitment: [netMeterDay(t), 0n, tree(leavesOf(t).map(tree)), t.blinding],
});

/** The bits that Net's generator would assign. */
export function netHints(t: NetTerms): Values {
  const hints: Record<string, bigint[]> = {};
  t.T.forEach((total, i) => {
    hints[`totalBits[${i}].out`] = bitsOf(total, 24, R);
  });
  t.importWh.forEach((wh, i) => {
    hints[`flow[${i}].out`] = bitsOf(wh + t.exportWh[i], 20, R);
    hints[`left[${i}].out`] = bitsOf(t.capacityWh - wh - t.exportWh[i], 20, R);
  });
  return hints;
}

export function netTerms(w: NetWitness): NetTerms {
  const { importWh, exportWh } = netOf(w.totalImportWh, w.totalExportWh);
  return {
    ...{ gridId: w.gridId, mainGridId: w.mainGridId, meterTag: w.meterTag, day: BigInt(w.day), capacityWh: BigInt(w.capacityWh) },
    ...{ T: [...w.totalImportWh, ...w.totalExportWh].map(BigInt), M: w.maskSum, x: w.x },
    ...{ importWh: importWh.map(BigInt), exportWh: exportWh.map(BigInt), blinding: fieldOf(w.blinding) },
  };
}

/** What the attacker of ClearingShared chooses; prices in ticks. */
export interface SharedTerms extends Totals {
  rho: bigint;
  p: bigint[];
  buy: bigint[];
  sell: bigint[];
  rem: bigint[];
}
export type SharedSignals = SharedTerms & { X: bigint; S: bigint };

/** All signals of ClearingShared for any private values. */
export const sharedSignals = (t: SharedTerms): SharedSignals => ({ ...t, X: anchoredOf(t), S: maskedSum(t.T, t.rho, t.M) });
/** What each P4 of ClearingShared is computed of, by component. */
export const sharedHashes = (t: SharedTerms): Hashes => totalsOf(t, 'commitment').hashes;

/** The remainders that make each slot's mean hold over the field for P = buy + sell − p, whatever the prices: all that a forger can do. */
export function withSharedRemainders<T extends SharedTerms>(t: T): T {
  const rem = t.p.map((price, i) => {
    const [D, E] = [t.T[i], t.T[96 + i]];
    const short = D > E;
    const most = short ? D : E;
    const V = most === 0n ? 1n : most;
    const L = most === 0n ? 1n : short ? E : D;
    const P = t.buy[i] + t.sell[i] - price;
    return mod(short ? P * V - L * price : L * price - P * V);
  });
  return { ...t, rem };
}

export function sharedTerms(w: ClearingSharedWitness): SharedTerms {
  const ticks = (prices: readonly number[]): bigint[] => prices.map((price) => BigInt(price) / BigInt(w.tick));
  return withSharedRemainders({
    ...{ rho: w.rho, gridId: w.gridId, day: BigInt(w.day), M: w.maskSum, x: w.x, rem: [] },
    ...{ T: [...w.totalImportWh, ...w.totalExportWh].map(BigInt) },
    ...{ p: ticks(w.sharedNelPerWh), buy: ticks(w.buyNelPerWh), sell: ticks(w.sellNelPerWh) },
  });
}

/** What the attacker of BillSum chooses. */
export interface SumTerms {
  gridId: bigint;
  meterTag: bigint;
  firstDay: bigint;
  amount: bigint[];
  s: bigint[];
  B: bigint[];
  total: bigint;
}

const sumMeterDay = (t: SumTerms, i: number): bigint => p4(1n, t.gridId, t.meterTag, t.firstDay + BigInt(i));
export const billOn = (t: SumTerms, i: number): bigint => p4(4n, sumMeterDay(t, i), t.amount[i], t.s[i]);

/** With the B and the total that fit, but for the days in `none`, on which there is no bill. */
export function sumSignals(t: Omit<SumTerms, 'B' | 'total'>, none: readonly number[] = []): SumTerms {
  const terms = { ...t, B: [], total: 0n };
  const isNone = (i: number): boolean => none.includes(i);
  return {
    ...terms,
    B: t.amount.map((_, i) => (isNone(i) ? 0n : billOn(terms, i))),
    total: mod(t.amount.reduce((sum, amount, i) => (isNone(i) ? sum : sum + amount), 0n)),
  };
}

/** What each P4 of BillSum is computed of, by component. */
export const sumHashes = (t: SumTerms): Hashes =>
  Object.fromEntries(
    t.amount.flatMap((amount, i): [string, bigint[]][] => [
      [`meterDay[${i}]`, [1n, t.gridId, t.meterTag, t.firstDay + BigInt(i)]],
      [`bill[${i}]`, [4n, sumMeterDay(t, i), amount, t.s[i]]],
    ]),
  );

/** What BillSum's generator would assign. */
export const sumHints = (t: SumTerms): Values =>
  Object.fromEntries(
    t.B.flatMap((commitment, i): [string, bigint][] => [
      [`bill[${i}].out`, billOn(t, i)],
      [`none[${i}].inv`, mod(commitment) === 0n ? 0n : inverse(mod(commitment), R)],
      [`none[${i}].out`, mod(commitment) === 0n ? 1n : 0n],
    ]),
  );

export const sumTerms = (w: BillSumWitness): SumTerms => ({
  ...{ gridId: w.gridId, meterTag: w.meterTag, firstDay: BigInt(w.firstDay) },
  ...{ amount: [...w.amountsNel], s: [...w.s], B: [...w.B], total: mod(w.totalNel) },
});
