/** sdk/vectors/proofs.json, which the chain's verifier reads too (chain/internal/verifier): the same verdict of each proof. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { verificationKeys } from '../../../test/kit/development-keys.ts';
import { compressProof } from '../../protocol/bundle/points.ts';
import { type CircuitName, type ProofJson, perCircuit } from '../../protocol/index.ts';
import { decodeVerificationKey, PUBLIC_INPUTS, verifyBatch } from './index.ts';

interface Vectors {
  cases: { name: string; circuit: CircuitName; inputs: string[]; proof: ProofJson | null; bytes: string | null; verdict: string }[];
}

const { cases } = JSON.parse(readFileSync(new URL('../../../sdk/vectors/proofs.json', import.meta.url), 'utf8')) as Vectors;
const keys = perCircuit((name) => decodeVerificationKey(verificationKeys()[name], PUBLIC_INPUTS[name]));
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

test.each(cases.filter(({ proof }) => proof !== null))('a proof comes to what it comes to on the chain: $name', async (of) => {
  const claims = [{ id: of.name, proof: of.proof, publicInputs: of.inputs.map(BigInt) }];
  const { bad } = await verifyBatch(keys[of.circuit], claims, random);
  expect(bad[0]?.reason ?? 'holds').toBe(of.verdict);
  if (of.bytes !== null) expect(Buffer.from(compressProof(of.proof!, 'proof')).toString('hex')).toBe(of.bytes);
});
