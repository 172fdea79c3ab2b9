/**
 * The prover with real inputs: one bill and the clearing of a real day, and what it refuses. Verified here by this project's verifier and
 * by snarkjs' own.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groth16 } from 'snarkjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBills, realClearing, realSubstitutes } from '../../../circuits/testing/real-day.ts';
import type { Signals } from '../../protocol/day/witness.ts';
import type { ProofJson } from '../../reader/verifier/index.ts';
import { decodeVerificationKey, verifyBatch } from '../../reader/verifier/index.ts';
import { clearingInput, clearingPublic, dayBillInput, dayBillPublic, remainder, substituteInput, substitutePublic } from './inputs.ts';
import type { Prover } from './prover.ts';
import { createProver, systemRandom } from './prover.ts';
import { readProvingKey } from './zkey.ts';

let prover: Prover;
beforeAll(async () => {
  prover = await createProver(keysFolder);
});

const vkJson = (name: string): unknown => JSON.parse(readFileSync(join(keysFolder, `${name}.vk.json`), 'utf8'));
const inSnarkjs = ({ a, b, c }: ProofJson): unknown => ({
  protocol: 'groth16',
  curve: 'bn128',
  pi_a: [...a, '1'],
  pi_b: [...b, ['1', '0']],
  pi_c: [...c, '1'],
});

describe('proofs of a real day', () => {
  test('a bill is proven with the public inputs that the verifier computes, and both verifiers accept it', async () => {
    const { proof, publicSignals } = await prover.dayBill(dayBillInput(realBills[4]));
    expect(publicSignals).toEqual(dayBillPublic(realBills[4]));
    expect(
      await verifyBatch(decodeVerificationKey(vkJson('day-bill'), 203), [{ id: 'bill', proof, publicInputs: publicSignals }], systemRandom),
    ).toEqual({ ok: true, bad: [] });
    expect(await groth16.verify(vkJson('day-bill'), publicSignals.map(String), inSnarkjs(proof))).toBe(true);
  });

  test('the clearing likewise', async () => {
    const { proof, publicSignals } = await prover.clearing(clearingInput(realClearing));
    expect(publicSignals).toEqual(clearingPublic(realClearing));
    expect(
      await verifyBatch(
        decodeVerificationKey(vkJson('clearing'), 389),
        [{ id: 'clearing', proof, publicInputs: publicSignals }],
        systemRandom,
      ),
    ).toEqual({ ok: true, bad: [] });
    expect(await groth16.verify(vkJson('clearing'), publicSignals.map(String), inSnarkjs(proof))).toBe(true);
  });

  test.each(realSubstitutes.map((one) => [one.from === 0n ? 'a zero day' : 'a copied day', one] as const))(
    '%s likewise',
    async (_, one) => {
      const { proof, publicSignals } = await prover.substitute(substituteInput(one));
      expect(publicSignals).toEqual(substitutePublic(one));
      const claims = [{ id: 'substitute', proof, publicInputs: publicSignals }];
      expect(await verifyBatch(decodeVerificationKey(vkJson('substitute'), 6), claims, systemRandom)).toEqual({ ok: true, bad: [] });
      expect(await groth16.verify(vkJson('substitute'), publicSignals.map(String), inSnarkjs(proof))).toBe(true);
    },
  );

  test('of several circuits at once, each is verified by its own key', async () => {
    const results = await prover.proveAll([
      { circuit: 'day-bill', signals: dayBillInput(realBills[0]) },
      { circuit: 'substitute', signals: substituteInput(realSubstitutes[0]) },
      { circuit: 'substitute', signals: { ...substituteInput(realSubstitutes[1]), root: '1' } },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  test('two proofs of one bill share no coordinate: fresh blinding each time', async () => {
    const [first, second] = [await prover.dayBill(dayBillInput(realBills[0])), await prover.dayBill(dayBillInput(realBills[0]))];
    const coordinates = [first, second].map(({ proof }) => [proof.a, proof.b, proof.c].flat(2));
    expect(coordinates[0].filter((c) => coordinates[1].includes(c))).toEqual([]);
  });
});

describe('refused', () => {
  const signals = dayBillInput(realBills[0]);
  const changed = (changes: Signals): Promise<unknown> => prover.dayBill({ ...signals, ...changes });

  test('a false statement, without quoting any signal', async () => {
    await expect(changed({ B: String(BigInt(signals.B as string) + 1n) })).rejects.toMatchObject({
      code: 'unsatisfied',
      message: 'day-bill: the inputs do not satisfy the circuit',
    });
  });
  test.each<[string, Signals, string]>([
    ['a signal in hexadecimal', { k: '0x12' }, 'day-bill: signal k is not a canonical field element'],
    [
      'a signal plus r',
      { k: '21888242871839275222246405745257275088548364400416034343698204186575808495617' },
      'day-bill: signal k is not a canonical field element',
    ],
    ['a short list', { buy: ['1'] }, 'day-bill: signal buy is unknown or has another number of values'],
    ['an unknown signal', { unknown: '1' }, 'day-bill: signal unknown is unknown or has another number of values'],
  ])('%s', async (_, changes, message) => {
    await expect(changed(changes)).rejects.toMatchObject({ code: 'bad-input', message });
  });
  test('missing signals', async () => {
    const { k: _, ...rest } = signals;
    await expect(prover.dayBill(rest)).rejects.toMatchObject({
      code: 'bad-input',
      message: 'day-bill: 402 of 403 input values were given',
    });
  });
  test('after a refusal the same prover proves on', async () => {
    expect((await prover.dayBill(signals)).publicSignals).toEqual(dayBillPublic(realBills[0]));
  });
  test('a truncated proving key, another file, and a missing one', async () => {
    const file = readFileSync(join(keysFolder, 'day-bill.zkey'));
    expect(() => readProvingKey(file.subarray(0, file.length - 1))).toThrow(/truncated/);
    expect(() => readProvingKey(readFileSync(join(keysFolder, 'day-bill.wasm')))).toThrow(/\.zkey/);
    const lost = await createProver('/nonexistent');
    await expect(lost.dayBill(signals)).rejects.toMatchObject({
      code: 'bad-key',
      message: 'day-bill.zkey cannot be read in the keys folder (ENOENT)',
    });
  });
  test("a verification key that is not the proving key's: the prover checks its own proof", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'electra-keys-'));
    try {
      for (const kind of ['zkey', 'wasm']) cpSync(join(keysFolder, `day-bill.${kind}`), join(folder, `day-bill.${kind}`));
      const vk = vkJson('day-bill') as { vk_delta_2: unknown; vk_beta_2: unknown };
      writeFileSync(join(folder, 'day-bill.vk.json'), JSON.stringify({ ...vk, vk_delta_2: vk.vk_beta_2 }));
      await expect((await createProver(folder)).dayBill(signals)).rejects.toMatchObject({ code: 'self-check' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('inputs', () => {
  test('name what is out of range and never its value', () => {
    const bill = realBills[0];
    const refusal = (changes: object): string => {
      try {
        dayBillInput({ ...bill, ...changes });
        return 'accepted';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal({})).toBe('accepted');
    expect(refusal({ amountNel: bill.amountNel + 1n })).toMatch(/^amountNel:/);
    expect(refusal({ importWh: bill.importWh.map((x, i) => (i === 7 ? 2 ** 20 : x)) })).toMatch(/^importWh\[7\]:/);
    expect(refusal({ exportWh: bill.exportWh.slice(1) })).toMatch(/^exportWh:/);
    expect(refusal({ importStartWh: 2n ** 56n })).toMatch(/^importStartWh:/);
    expect(refusal({ blinding: new Uint8Array(32) })).toMatch(/^blinding:/);
    expect(refusal({ k: -1n })).toMatch(/^k:/);
    for (const changes of [{ importStartWh: 99n * 2n ** 56n }, { k: -424242n }, { amountNel: 424242n }])
      expect(refusal(changes)).not.toMatch(/424242|7133701809754865664/);
    expect(() =>
      clearingInput({ ...realClearing, totalImportWh: realClearing.totalImportWh.map((t, i) => (i === 0 ? 2 ** 24 : t)) }),
    ).toThrow(/^totalImportWh\[0\]:/);
  });

  test("a remainder is in [0, V) just for the rule's own price", () => {
    const slot = { demand: 7n, supply: 3n, retail: 300n, feedIn: 80n, sell: 190n };
    const fitting = [251n, 252n, 253n, 254n, 255n].filter((buy) => {
      const rem = remainder({ ...slot, buy });
      return rem >= 0n && rem < 7n;
    });
    expect(fitting).toEqual([253n]); // ⌈(3·190 + 4·300) / 7⌉
    expect(remainder({ ...slot, demand: 0n, supply: 0n, buy: 190n })).toBe(0n);
  });
});

test('the event loop gets its turns while a proof is made in this process, so that heartbeats are sent', async () => {
  const signals = clearingInput(realClearing);
  const slow = await createProver(keysFolder, { binary: null });
  await slow.clearing(signals);
  let turns = 0;
  const startMs = performance.now();
  const timer = setInterval(() => {
    turns++;
  }, 1);
  await slow.clearing(signals);
  clearInterval(timer);
  expect(performance.now() - startMs).toBeGreaterThan(100);
  expect(turns).toBeGreaterThanOrEqual(5);
});
