/**
 * Keys whose secret is known, and proofs made with it in milliseconds: for measuring what verifying costs, which does not depend on how a
 * proof came about. They prove nothing, which is why an auditor refuses keys that it does not know. Whoever holds the secret of a ceremony
 * could do just this to any key.
 */

import { buildBn128, type Curve } from 'ffjavascript';
import { R } from '../src/reader/verifier/curve.ts';
import type { ProofJson } from '../src/reader/verifier/index.ts';
import type { Untyped } from '../test/kit/untyped.ts';

const bytesLe = (value: bigint): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

function scalar(): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(48));
  return (bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) % (R - 1n)) + 1n;
}

function inverse(a: bigint): bigint {
  let [result, base, e] = [1n, a, R - 2n];
  for (; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * base) % R;
    base = (base * base) % R;
  }
  return result;
}

export interface Forger {
  /** as a vk.json file */
  vk: Record<string, unknown>;
  forge(publicInputs: readonly bigint[]): ProofJson;
}

/** Draws a key for so many public inputs, and keeps its secret. */
export async function drawForger(publicInputs: number): Promise<Forger> {
  const curve: Curve = await buildBn128(true);
  const { G1, G2 } = curve as Untyped;
  const g1 = (k: bigint): [string, string] =>
    G1.toObject(G1.toAffine(G1.timesScalar(G1.g, bytesLe(k))))
      .slice(0, 2)
      .map(String);
  const g2 = (k: bigint): [[string, string], [string, string]] =>
    G2.toObject(G2.toAffine(G2.timesScalar(G2.g, bytesLe(k))))
      .slice(0, 2)
      .map((c: bigint[]) => c.map(String));
  const [alpha, beta, gamma, delta] = [scalar(), scalar(), scalar(), scalar()];
  const ic = Array.from({ length: publicInputs + 1 }, scalar);
  const oneOverDelta = inverse(delta);
  return {
    vk: {
      protocol: 'groth16',
      curve: 'bn128',
      nPublic: publicInputs,
      vk_alpha_1: [...g1(alpha), '1'],
      vk_beta_2: [...g2(beta), ['1', '0']],
      vk_gamma_2: [...g2(gamma), ['1', '0']],
      vk_delta_2: [...g2(delta), ['1', '0']],
      IC: ic.map((k) => [...g1(k), '1']),
    },
    forge(inputs) {
      const sum = inputs.reduce((total, x, j) => (total + x * ic[j + 1]) % R, ic[0]);
      const [a, b] = [scalar(), scalar()];
      const c = ((((a * b - alpha * beta - sum * gamma) % R) + R) * oneOverDelta) % R;
      return { a: g1(a), b: g2(b), c: g1(c) };
    },
  };
}
