/**
 * Verifiers that do not test what they are given, to show what the tests are for: snarkjs' own, and the bare pairing equation of Groth16
 * without any test of points. Also a key whose secret the forger knows: gamma = 5·G and delta = 7·G, so that C = −(5/7)·V cancels every
 * public input.
 */
import { bn254 } from '@noble/curves/bn254.js';
import { groth16 } from 'snarkjs';
import { wasmBackend } from '../../../src/node/proofs/backend-wasm.ts';
import type { ProofJson } from '../../../src/protocol/index.ts';
import { FIELD_ORDER } from '../../../src/protocol/index.ts';
import type { Backend } from '../../../src/reader/verifier/index.ts';
import { type VkJson, verificationKeys } from '../development-keys.ts';

const {
  G1,
  G2,
  fields: { Fp2 },
} = bn254;
export const P = bn254.fields.Fp.ORDER;

export const snarkProof = (p: ProofJson) => ({
  pi_a: [...p.a, '1'],
  pi_b: [[...p.b[0]], [...p.b[1]], ['1', '0']],
  pi_c: [...p.c, '1'],
  protocol: 'groth16',
  curve: 'bn128',
});

/** What snarkjs says of a proof. */
export const snarkjsAccepts = (vk: unknown, inputs: readonly bigint[], proof: ProofJson): Promise<boolean> =>
  groth16.verify(vk, inputs.map(String), snarkProof(proof));

const g1 = ([x, y]: readonly string[]) => [BigInt(x), BigInt(y)] as const;
const g2 = ([x, y]: readonly (readonly string[])[]) => [g1(x), g1(y)] as const;

/** V = IC_0 + Σ input_j·IC_{j+1}, inputs taken mod r as curve arithmetic does. */
async function publicSum(backend: Backend, vk: VkJson, inputs: readonly bigint[]): Promise<unknown> {
  const points = vk.IC.map((point) => backend.g1(g1(point)));
  return backend.sumG1(points, [1n, ...inputs.map((x) => ((x % FIELD_ORDER) + FIELD_ORDER) % FIELD_ORDER)]);
}

/** e(A, B) = e(alpha, beta)·e(V, gamma)·e(C, delta), and no other question asked. */
export async function bareEquationHolds(vk: VkJson, inputs: readonly bigint[], proof: ProofJson): Promise<boolean> {
  const backend = await wasmBackend();
  return backend.pairsToOne([
    [backend.negateG1(backend.g1(g1(proof.a))), backend.g2(g2(proof.b))],
    [backend.g1(g1(vk.vk_alpha_1)), backend.g2(g2(vk.vk_beta_2))],
    [await publicSum(backend, vk, inputs), backend.g2(g2(vk.vk_gamma_2))],
    [backend.g1(g1(proof.c)), backend.g2(g2(vk.vk_delta_2))],
  ]);
}

/** V by noble's curve, as affine coordinates of factor·V. */
function multipleOfPublicSum(vk: VkJson, inputs: readonly bigint[], factor: bigint): [string, string] {
  const point = (p: readonly string[]) => G1.Point.fromAffine({ x: BigInt(p[0]), y: BigInt(p[1]) });
  const sum = inputs.reduce((total, x, i) => (x === 0n ? total : total.add(point(vk.IC[i + 1]).multiplyUnsafe(x))), point(vk.IC[0]));
  const { x, y } = sum.multiplyUnsafe(((factor % FIELD_ORDER) + FIELD_ORDER) % FIELD_ORDER).toAffine();
  return [String(x), String(y)];
}

const affine2 = (point: typeof G2.Point.BASE): string[][] => {
  const { x, y } = point.toAffine();
  return [
    [String(x.c0), String(x.c1)],
    [String(y.c0), String(y.c1)],
    ['1', '0'],
  ];
};

function inverse(value: bigint): bigint {
  let [result, base] = [1n, value];
  for (let e = FIELD_ORDER - 2n; e > 0n; e >>= 1n, base = (base * base) % FIELD_ORDER) if (e & 1n) result = (result * base) % FIELD_ORDER;
  return result;
}

/** A key like DayBill's, of whose gamma and delta the forger knows everything; alpha and beta as it likes. */
export const forgersKey = (over: Partial<VkJson> = {}): VkJson =>
  ({
    ...verificationKeys()['day-bill'],
    vk_gamma_2: affine2(G2.Point.BASE.multiply(5n)),
    vk_delta_2: affine2(G2.Point.BASE.multiply(7n)),
    ...over,
  }) as VkJson;

/** A proof of any inputs under that key: A = alpha, B = beta, C cancels the rest. `ratio`: gamma / delta. */
export function forge(vk: VkJson, inputs: readonly bigint[], ratio = (5n * inverse(7n)) % FIELD_ORDER): ProofJson {
  const [b0, b1] = vk.vk_beta_2 as [[string, string], [string, string]];
  return { a: [vk.vk_alpha_1[0], vk.vk_alpha_1[1]], b: [b0, b1], c: multipleOfPublicSum(vk, inputs, -ratio) };
}

/** A point of the twisted curve outside the group of order r: nearly every point with a small x. */
export function offSubgroup(): string[][] {
  const { b } = G2.Point.CURVE();
  for (let n = 1n; ; n++) {
    const x = Fp2.fromBigTuple([n, 0n]);
    try {
      const point = G2.Point.fromAffine({ x, y: Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b)) });
      if (!point.isTorsionFree()) return affine2(point);
    } catch {}
  }
}
