/** Batch verification of 100 bills beside snarkjs, one by one, in the same run. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as snarkjs from 'snarkjs';
import { KEYS_DIR } from '../src/node/processes/paths.ts';
import { WASM_BACKEND_MODULE } from '../src/node/proofs/backend-module.ts';
import { wasmBackend } from '../src/node/proofs/backend-wasm.ts';
import { createProver, systemRandom } from '../src/node/proofs/prover.ts';
import { type BatchResult, DAY_BILL_INPUTS, decodeVerificationKey, type ProofJson, verifyBatch } from '../src/reader/verifier/index.ts';
import { VerifierThreads } from '../src/reader/verifier/threads.ts';
import { billPublics, billSignals } from './day.ts';
import { type Figure, median } from './frame.ts';

const BILLS = 100;

export async function benchVerify(): Promise<Figure[]> {
  const vkJson = JSON.parse(readFileSync(`${KEYS_DIR}day-bill.vk.json`, 'utf8'));
  const vk = decodeVerificationKey(vkJson, DAY_BILL_INPUTS);
  const prover = await createProver(KEYS_DIR);
  const proven: ProofJson[] = [];
  for (let i = 0; i < 5; i++) proven.push((await prover.dayBill(billSignals[i])).proof);
  const claims = Array.from({ length: BILLS }, (_, i) => ({ id: String(i), proof: proven[i % 5], publicInputs: billPublics[i % 5] }));
  const threads = new VerifierThreads(systemRandom, { backendModule: WASM_BACKEND_MODULE });
  await threads.verifyBatch(vk, claims); // starts the workers
  const timed = (verify: () => Promise<BatchResult>) =>
    median(5, async () => {
      const startMs = performance.now();
      const result = await verify();
      if (!result.ok) throw new Error('the batch was refused');
      return performance.now() - startMs;
    });
  const wasm = await wasmBackend();
  const one = await timed(() => verifyBatch(vk, claims, systemRandom, wasm));
  const ours = await timed(() => threads.verifyBatch(vk, claims));
  await threads.close();
  const startMs = performance.now();
  for (let i = 0; i < BILLS; i++) {
    const { a, b, c } = proven[i % 5];
    const proof = { pi_a: [...a, '1'], pi_b: [[...b[0]], [...b[1]], ['1', '0']], pi_c: [...c, '1'], protocol: 'groth16', curve: 'bn128' };
    if (!(await snarkjs.groth16.verify(vkJson, billPublics[i % 5].map(String), proof))) throw new Error('snarkjs refused a proof');
  }
  const theirs = performance.now() - startMs;
  return [
    { name: 'times faster than snarkjs one by one', value: theirs / ours, unit: '×', aim: { atLeast: 5 } },
    {
      name: `${BILLS} bills verified in batches, ${availableParallelism()} threads`,
      value: ours,
      unit: 'ms',
      aim: { atMost: 250 },
      rival: { name: 'snarkjs.groth16.verify one by one', value: theirs },
      limit: 'the pairings of ffjavascript’s WASM, one to a bill',
    },
    { name: `${BILLS} bills verified in one batch, one thread`, value: one, unit: 'ms' },
  ];
}
