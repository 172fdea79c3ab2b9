/**
 * BN254 ("alt_bn128", snarkjs "bn128") in plain BigInt: just enough to say whether coordinates are a point, and which subgroup test to run.
 *
 *   G1: y² = x³ + 3 over Fp, prime order r: every point on the curve is in the group.
 *   G2: y² = x³ + 3/ξ over Fp2 = Fp[i], ξ = 9 + i. The curve has (2p − r)·r points: one may lie on it and yet outside the group of order r.
 *   Pairing
 *       libraries return nonsense for such a point, and nonsense can be arranged.
 *
 * Subgroup test. ψ, the untwisted Frobenius, satisfies ψ² − t·ψ + p = 0 on the whole curve, t being the trace (p + 1 − t = r). If ψ(Q) =
 * [t−1]Q, then 0 = [(t−1)² − t(t−1) + p]Q = [p + 1 − t]Q = [r]Q; as r does not divide 2p − r, such Q are exactly G2. Conversely ψ acts on
 * G2 as p ≡ t − 1 (mod r). So one multiplication by t − 1 = p − r, 127 bits, decides, at half the price of multiplying by r.
 */

export const P = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
/** t − 1, the eigenvalue of ψ on G2. */
export const PSI_EIGENVALUE = P - R;

export type Fp2 = readonly [bigint, bigint];
export type G1Affine = readonly [bigint, bigint];
export type G2Affine = readonly [Fp2, Fp2];

const mod = (a: bigint): bigint => ((a % P) + P) % P;
const mul2 = ([a, b]: Fp2, [c, d]: Fp2): Fp2 => [mod(a * c - b * d), mod(a * d + b * c)];
const add2 = ([a, b]: Fp2, [c, d]: Fp2): Fp2 => [mod(a + c), mod(b + d)];
const conjugate = ([a, b]: Fp2): Fp2 => [a, mod(-b)];

function power2(base: Fp2, exponent: bigint): Fp2 {
  let result: Fp2 = [1n, 0n];
  for (const bit of exponent.toString(2)) {
    result = mul2(result, result);
    if (bit === '1') result = mul2(result, base);
  }
  return result;
}

const XI: Fp2 = [9n, 1n];
const B2: Fp2 = mul2([3n, 0n], power2(XI, P * P - 2n));
const PSI_X = power2(XI, (P - 1n) / 3n);
const PSI_Y = power2(XI, (P - 1n) / 2n);

export const isOnG1 = ([x, y]: G1Affine): boolean => mod(y * y - x * x * x - 3n) === 0n;

export function isOnTwist([x, y]: G2Affine): boolean {
  const left = mul2(y, y);
  const right = add2(mul2(mul2(x, x), x), B2);
  return left[0] === right[0] && left[1] === right[1];
}

export const psi = ([x, y]: G2Affine): G2Affine => [mul2(conjugate(x), PSI_X), mul2(conjugate(y), PSI_Y)];
