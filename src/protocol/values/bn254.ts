/**
 * BN254 ("alt_bn128", snarkjs "bn128") in plain BigInt: whether coordinates are a point, and its other coordinate from one.
 *
 *   G1: y² = x³ + 3 over Fp, prime order r: every point on the curve is in the group.
 *   G2: y² = x³ + 3/ξ over Fp2 = Fp[i], ξ = 9 + i. The curve has (2p − r)·r points: one may lie on it and yet outside the group of order r;
 *   whether it does is the verifier's to say (src/reader/verifier).
 *
 * p ≡ 3 (mod 4): a root of a square a is a^((p+1)/4), and Fp2 has its roots by two such (Scott, "Computing square roots", 2013).
 */

export const P = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** c0 + c1·i */
export type Fp2 = readonly [bigint, bigint];
export type G1Affine = readonly [bigint, bigint];
export type G2Affine = readonly [Fp2, Fp2];

const mod = (a: bigint): bigint => ((a % P) + P) % P;
export const mul2 = ([a, b]: Fp2, [c, d]: Fp2): Fp2 => [mod(a * c - b * d), mod(a * d + b * c)];
const add2 = ([a, b]: Fp2, [c, d]: Fp2): Fp2 => [mod(a + c), mod(b + d)];
export const conjugate = ([a, b]: Fp2): Fp2 => [a, mod(-b)];

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === '1') result = (result * base) % P;
  }
  return result;
}

export function power2(base: Fp2, exponent: bigint): Fp2 {
  let result: Fp2 = [1n, 0n];
  for (const bit of exponent.toString(2)) {
    result = mul2(result, result);
    if (bit === '1') result = mul2(result, base);
  }
  return result;
}

export const XI: Fp2 = [9n, 1n];
const B2: Fp2 = mul2([3n, 0n], power2(XI, P * P - 2n));

const squareG1 = (x: bigint): bigint => mod(x * x * x + 3n);
const squareG2 = (x: Fp2): Fp2 => add2(mul2(mul2(x, x), x), B2);

export const isOnG1 = ([x, y]: G1Affine): boolean => mod(y * y) === squareG1(x);

export function isOnTwist([x, y]: G2Affine): boolean {
  const [left, right] = [mul2(y, y), squareG2(x)];
  return left[0] === right[0] && left[1] === right[1];
}

/** A root of a, or null where a is no square. */
function root(a: bigint): bigint | null {
  const found = power(a, (P + 1n) / 4n);
  return mod(found * found) === a ? found : null;
}

const HALF = (P + 1n) / 2n;

/** A root of a, or null where a is no square: of a = (x + y·i)², x² is one of (c0 ± √(c0² + c1²)) / 2. */
function root2([c0, c1]: Fp2): Fp2 | null {
  const norm = root(mod(c0 * c0 + c1 * c1));
  if (norm === null) return null;
  for (const square of [mod((c0 + norm) * HALF), mod((c0 - norm) * HALF)]) {
    const x = root(square);
    if (x === null) continue;
    // x = 0: a is -y², a number of Fp
    const y = x === 0n ? root(mod(-c0)) : mod(c1 * power(mod(2n * x), P - 2n));
    if (y !== null && mod(x * x - y * y) === c0 && mod(2n * x * y) === c1) return [x, y];
  }
  return null;
}

/** Whether y is the larger of y and −y. */
export const isLarger = (y: bigint): boolean => y > mod(-y);
/** Likewise in Fp2, by c1, and by c0 where that is 0. */
export const isLarger2 = ([c0, c1]: Fp2): boolean => (c1 === 0n ? isLarger(c0) : isLarger(c1));

/** The point of G1 with this x and the larger or smaller y; null where there is none. */
export function liftG1(x: bigint, larger: boolean): G1Affine | null {
  const y = root(squareG1(x));
  return y === null ? null : [x, isLarger(y) === larger ? y : mod(-y)];
}

/** Likewise a point of the twist, in G2 or not. */
export function liftTwist(x: Fp2, larger: boolean): G2Affine | null {
  const y = root2(squareG2(x));
  return y === null ? null : [x, isLarger2(y) === larger ? y : [mod(-y[0]), mod(-y[1])]];
}
