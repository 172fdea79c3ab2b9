/**
 * The same witnesses through all three provers: snarkjs, the WebAssembly engine and electra-prove, for every circuit. All three verifiers
 * (snarkjs and ours with both backends) accept every proof, and none of them an altered one.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groth16 } from 'snarkjs';
import { describe, expect, test, vi } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBillSum, realClearingShared, realNet } from '../../../circuits/testing/main-day.ts';
import { sumSignals } from '../../../circuits/testing/main-statements.ts';
import { realBills, realClearing, realSubstitutes } from '../../../circuits/testing/real-day.ts';
import { billOf, clearing, clearingOf, dayBill, mod, R, withRemainders } from '../../../circuits/testing/statements.ts';
import { substituteSignals, ZERO_ROOT, zeroSignals } from '../../../circuits/testing/substitute-statements.ts';
import { ALL_CIRCUIT_NAMES } from '../../protocol/circuits.ts';
import type { ProofJson } from '../../reader/verifier/index.ts';
import { decodeVerificationKey, nobleBackend, verifyBatch } from '../../reader/verifier/index.ts';
import { wasmBackend } from './backend-wasm.ts';
import type { AnyCircuitName } from './circuits.ts';
import { PUBLIC_INPUTS } from './circuits.ts';
import type { Signals } from './inputs.ts';
import { clearingInput, dayBillInput, substituteInput } from './inputs.ts';
import { billSumInput, clearingSharedInput, netInput } from './main-inputs.ts';
import { createProver, systemRandom } from './prover.ts';
import { witnessCalculator } from './witness.ts';

vi.setConfig({ testTimeout: 180_000 }); // snarkjs proves too, on a machine that may be busy

const [native, wasm] = [await createProver(keysFolder), await createProver(keysFolder, { binary: null })];

const strings = (signals: object): Signals =>
  Object.fromEntries(Object.entries(signals).map(([k, v]) => [k, Array.isArray(v) ? v.map((x) => String(mod(x))) : String(mod(v))]));
const below = (limit: bigint): bigint => BigInt(`0x${randomBytes(40).toString('hex')}`) % limit;
const slots = (value: (i: number) => bigint): bigint[] => Array.from({ length: 96 }, (_, i) => value(i));

const zeroBill = {
  ...billOf(realBills[0]),
  ...{ importWh: slots(() => 0n), exportWh: slots(() => 0n), buy: slots(() => 0n), sell: slots(() => 0n) },
  ...{ importStart: 0n, exportStart: 0n, blinding: 0n, k: 0n, v: 0n, s: 0n, u0: 0n, u1: 0n, rho: 0n, feePerDay: 0n },
  ...{ gridId: 0n, meterTag: 0n, day: 0n },
};
const largestBill = {
  ...billOf(realBills[0]),
  ...{ importWh: slots(() => 2n ** 20n - 1n), exportWh: slots(() => 2n ** 20n - 1n) },
  ...{ buy: slots(() => R - 1n), sell: slots(() => R - 1n), importStart: 2n ** 55n, exportStart: 2n ** 55n },
  ...{ blinding: R - 1n, k: R - 1n, v: R - 1n, s: R - 1n, u0: R - 1n, u1: R - 1n, rho: R - 1n, feePerDay: R - 1n },
};
const randomBill = {
  ...billOf(realBills[0]),
  ...{ importWh: slots(() => below(2n ** 20n)), exportWh: slots(() => below(2n ** 20n)) },
  ...{ buy: slots(() => below(R)), sell: slots(() => below(R)), importStart: below(2n ** 55n), exportStart: below(2n ** 55n) },
  ...{ blinding: below(R), k: below(R), v: below(R), s: below(R), u0: below(R), u1: below(R), rho: below(R), feePerDay: below(R) },
};
const emptyDay = withRemainders({ ...clearingOf(realClearing), T: [...slots(() => 0n), ...slots(() => 0n)], rho: 1n, M: 0n, x: 0n });
const emptyClearing = withRemainders({
  ...emptyDay,
  buy: emptyDay.R.map((r, i) => (r + emptyDay.F[i]) / 2n),
  sell: emptyDay.R.map((r, i) => (r + emptyDay.F[i]) / 2n),
});

const substituteTerms = (value: () => bigint) => ({
  ...{ gridId: value(), meterTag: value(), day: value(), fromDay: value(), root: value() },
  ...{ registers: value(), blinding: value(), fromRegisters: value(), fromBlinding: value() },
});

const sumTerms = (value: () => bigint) => ({
  ...{ gridId: value(), meterTag: value(), firstDay: value() },
  ...{ amount: Array.from({ length: 7 }, value), s: Array.from({ length: 7 }, value) },
});

const cases: [AnyCircuitName, string, Signals][] = [
  ['day-bill', 'of a real day', dayBillInput(realBills[0])],
  ['day-bill', 'of nothing but zeros', strings(dayBill(zeroBill))],
  ['day-bill', 'of the largest numbers', strings(dayBill(largestBill))],
  ['day-bill', 'at random', strings(dayBill(randomBill))],
  ['clearing', 'of a real day', clearingInput(realClearing)],
  ['clearing', 'of a day without electricity', strings(clearing(emptyClearing))],
  ['substitute', 'of a real day', substituteInput(realSubstitutes[0])],
  ['substitute', 'of a zero day', substituteInput(realSubstitutes[1])],
  ['substitute', 'of nothing but zeros', strings(zeroSignals({ ...substituteTerms(() => 0n), root: ZERO_ROOT }))],
  ['substitute', 'of the largest numbers', strings(substituteSignals(substituteTerms(() => R - 1n)))],
  ['substitute', 'at random', strings(substituteSignals(substituteTerms(() => below(R))))],
  ['net', 'of a real day', netInput(realNet)],
  ['clearing-shared', 'of a real day', clearingSharedInput(realClearingShared)],
  ['bill-sum', 'of a real week', billSumInput(realBillSum)],
  ['bill-sum', 'of the largest numbers', strings(sumSignals(sumTerms(() => R - 1n)))],
  [
    'bill-sum',
    'of days without a bill',
    strings(
      sumSignals(
        sumTerms(() => below(R)),
        [0, 1, 2, 3, 4, 5, 6],
      ),
    ),
  ],
];

const file = (circuit: AnyCircuitName, kind: string): Buffer<ArrayBuffer> => readFileSync(join(keysFolder, `${circuit}.${kind}`));
const toSnarkjs = ({ a, b, c }: ProofJson): object => ({
  protocol: 'groth16',
  curve: 'bn128',
  pi_a: [...a, '1'],
  pi_b: [...b, ['1', '0']],
  pi_c: [...c, '1'],
});
const fromSnarkjs = (proof: unknown): ProofJson => {
  const { pi_a: a, pi_b: b, pi_c: c } = proof as { pi_a: string[]; pi_b: [string, string][]; pi_c: string[] };
  return { a: [a[0], a[1]], b: [b[0], b[1]], c: [c[0], c[1]] };
};

/** A witness as a .wtns file, for snarkjs. */
function wtns(witness: Uint8Array): Uint8Array {
  const head = Buffer.alloc(12 + 12 + 40 + 12);
  head.write('wtns', 0);
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(1, 12);
  head.writeBigUInt64LE(40n, 16);
  head.writeUInt32LE(32, 24);
  for (let i = 0; i < 4; i++) head.writeBigUInt64LE((R >> BigInt(64 * i)) & (2n ** 64n - 1n), 28 + 8 * i);
  head.writeUInt32LE(witness.length / 32, 60);
  head.writeUInt32LE(2, 64);
  head.writeBigUInt64LE(BigInt(witness.length), 68);
  return Uint8Array.from([...head, ...witness]);
}

const negated = (y: string): string => String(21888242871839275222246405745257275088696311157297823662689037894645226208583n - BigInt(y));

test('two provers are compared', () => expect([native.engine, wasm.engine]).toEqual(['native', 'wasm']));

describe.each(ALL_CIRCUIT_NAMES)('%s', (circuit) => {
  const vkJson: unknown = JSON.parse(file(circuit, 'vk.json').toString('utf8'));
  const vk = decodeVerificationKey(vkJson, PUBLIC_INPUTS[circuit]);
  /** What the three verifiers say. */
  const verdicts = async (proof: ProofJson, publicInputs: readonly bigint[]): Promise<boolean[]> => [
    await groth16.verify(vkJson, publicInputs.map(String), toSnarkjs(proof)),
    (await verifyBatch(vk, [{ id: '', proof, publicInputs }], systemRandom, await wasmBackend())).ok,
    (await verifyBatch(vk, [{ id: '', proof, publicInputs }], systemRandom, nobleBackend)).ok,
  ];

  test.each(cases.filter(([name]) => name === circuit).map(([, name, signals]) => [name, signals] as const))('%s', async (_, signals) => {
    const witness = (await witnessCalculator(file(circuit, 'wasm'), circuit)).calculate(signals);
    const ours = [await native.prove(circuit, signals), await wasm.prove(circuit, signals)];
    const theirs = await groth16.prove({ type: 'mem', data: Uint8Array.from(file(circuit, 'zkey')) }, { type: 'mem', data: wtns(witness) });
    const publicInputs = ours[0].publicSignals;
    expect(ours[1].publicSignals).toEqual(publicInputs);
    expect(theirs.publicSignals).toEqual(publicInputs.map(String));
    for (const proof of [ours[0].proof, ours[1].proof, fromSnarkjs(theirs.proof)])
      expect(await verdicts(proof, publicInputs)).toEqual([true, true, true]);
    const { c, ...rest } = ours[0].proof;
    expect(await verdicts({ ...rest, c: [c[0], negated(c[1])] }, publicInputs)).toEqual([false, false, false]);
    const changed = publicInputs.map((x, i) => (i === 0 ? mod(x + 1n) : x));
    expect(await verdicts(ours[0].proof, changed)).toEqual([false, false, false]);
  });
});
