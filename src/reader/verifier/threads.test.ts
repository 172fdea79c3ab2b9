/** Several cores give the same verdicts as one. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBills } from '../../../circuits/testing/real-day.ts';
import { WASM_BACKEND_MODULE } from '../../node/proofs/backend-module.ts';
import { type Claim, dayBillPublic, decodeVerificationKey, type ProofJson, type Random } from './index.ts';
import { VerifierThreads } from './threads.ts';

const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length));
const vk = decodeVerificationKey(JSON.parse(readFileSync(`${keysFolder}/day-bill.vk.json`, 'utf8')), 203);
const { bills } = JSON.parse(readFileSync(new URL('./testdata/real-day-proofs.json', import.meta.url), 'utf8')) as {
  bills: { proof: ProofJson }[];
};
const claims: Claim[] = Array.from({ length: 70 }, (_, i) => ({
  id: String(i),
  proof: bills[i % bills.length].proof,
  publicInputs: dayBillPublic(realBills[i % bills.length]),
}));
const wrong = (...at: number[]): Claim[] => claims.map((claim, i) => (at.includes(i) ? { ...claim, proof: claims[i + 1].proof } : claim));

const threads = new VerifierThreads(random, { threads: 3, backendModule: WASM_BACKEND_MODULE });
afterAll(() => threads.close());

describe('verifying on three threads', () => {
  test('accepts what holds, again and again', async () => {
    for (let i = 0; i < 2; i++) expect(await threads.verifyBatch(vk, claims)).toEqual({ ok: true, bad: [] });
  });
  test('names bad proofs in every share', async () => {
    const { ok, bad } = await threads.verifyBatch(vk, wrong(0, 23, 24, 68));
    expect(ok).toBe(false);
    expect(bad.map(({ id, reason }) => [id, reason])).toEqual([0, 23, 24, 68].map((i) => [String(i), 'does-not-hold']));
  });
  test('keeps few claims on the calling thread', async () => {
    const { bad } = await new VerifierThreads(random, { threads: 3, backendModule: WASM_BACKEND_MODULE }).verifyBatch(
      vk,
      wrong(1).slice(0, 5),
    );
    expect(bad.map(({ id }) => id)).toEqual(['1']);
  });
  test('refuses a key outside the subgroup as one thread does', async () => {
    const outside = { ...vk, gamma: [[vk.gamma[0][1], vk.gamma[0][0]], vk.gamma[1]] } as unknown as typeof vk;
    await expect(threads.verifyBatch(outside, claims)).rejects.toMatchObject({ code: 'malformed-key', field: 'vk.vk_gamma_2' });
  });
});
