/** Statements of Substitute made up freely, as statements.ts does it for bills: public commitments that fit whatever an attacker knows. */
import type { SubstituteWitness } from '../../src/protocol/day/witness.ts';
import type { Values } from './attacker.ts';
import { inverse } from './attacker.ts';
import type { Hashes } from './statements.ts';
import { mod, p4, R } from './statements.ts';

/** What the attacker chooses; a commitment is then computed of it, or given. */
export interface SubstituteTerms {
  gridId: bigint;
  meterTag: bigint;
  day: bigint;
  fromDay: bigint;
  root: bigint;
  registers: bigint;
  blinding: bigint;
  fromRegisters: bigint;
  fromBlinding: bigint;
}
export type SubstituteSignals = SubstituteTerms & { C: bigint; from: bigint };

const tree = (leaf: bigint): bigint => p4(leaf, leaf, leaf, leaf);
/** root of a day of zeros */
export const ZERO_ROOT = tree(tree(0n));

const meterDay = (t: SubstituteTerms, day: bigint): bigint => p4(1n, t.gridId, t.meterTag, day);
export const commitmentOf = (t: SubstituteTerms): bigint => p4(meterDay(t, t.day), t.registers, t.root, t.blinding);
export const copiedOf = (t: SubstituteTerms): bigint => p4(meterDay(t, t.fromDay), t.fromRegisters, t.root, t.fromBlinding);

/** All signals of a substitute that copies, for any private values. */
export const substituteSignals = (t: SubstituteTerms): SubstituteSignals => ({ ...t, C: commitmentOf(t), from: copiedOf(t) });
/** All signals of a substitute that names no day. */
export const zeroSignals = (t: SubstituteTerms): SubstituteSignals => ({ ...t, C: commitmentOf(t), from: 0n });

/** What each P4 of Substitute is computed of, by component. */
export function substituteHashes(t: SubstituteTerms): Hashes {
  return {
    'booked.meterDay': [1n, t.gridId, t.meterTag, t.day],
    'booked.commitment': [meterDay(t, t.day), t.registers, t.root, t.blinding],
    'copied.meterDay': [1n, t.gridId, t.meterTag, t.fromDay],
    'copied.commitment': [meterDay(t, t.fromDay), t.fromRegisters, t.root, t.fromBlinding],
    'zero.node': [0n, 0n, 0n, 0n],
    'zero.top': new Array<bigint>(4).fill(tree(0n)),
  };
}

/** What Substitute's generator would assign. */
export const substituteHints = (signals: SubstituteSignals): Values => ({
  'copied.out': copiedOf(signals),
  'none.inv': mod(signals.from) === 0n ? 0n : inverse(mod(signals.from), R),
  'none.out': mod(signals.from) === 0n ? 1n : 0n,
});

export function termsOf(w: SubstituteWitness): SubstituteTerms {
  const blinding = (value: bigint | Uint8Array): bigint =>
    typeof value === 'bigint' ? value : BigInt(`0x${Buffer.from(value).toString('hex')}`);
  const words = (values: readonly number[]): bigint[] =>
    Array.from({ length: 8 }, (_, k) =>
      values.slice(12 * k, 12 * k + 12).reduce((sum, value, j) => sum + (BigInt(value) << BigInt(20 * j)), 0n),
    );
  const w16 = [...words(w.importWh), ...words(w.exportWh)];
  const nodes = [0, 4, 8, 12].map((i) => p4(w16[i], w16[i + 1], w16[i + 2], w16[i + 3]));
  return {
    gridId: w.gridId,
    meterTag: w.meterTag,
    day: BigInt(w.day),
    fromDay: BigInt(w.fromDay),
    root: p4(nodes[0], nodes[1], nodes[2], nodes[3]),
    registers: w.importStartWh + (w.exportStartWh << 64n),
    blinding: blinding(w.blinding),
    fromRegisters: w.fromImportStartWh + (w.fromExportStartWh << 64n),
    fromBlinding: blinding(w.fromBlinding),
  };
}
