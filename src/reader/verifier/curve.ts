/**
 * Which points of BN254 are in G2: what the curve itself (src/protocol/values/bn254.ts) does not say. Pairing libraries return nonsense for
 * a point of the twist outside the group of order r, and nonsense can be arranged.
 *
 * Subgroup test. ψ, the untwisted Frobenius, satisfies ψ² − t·ψ + p = 0 on the whole curve, t being the trace (p + 1 − t = r). If ψ(Q) =
 * [t−1]Q, then 0 = [(t−1)² − t(t−1) + p]Q = [p + 1 − t]Q = [r]Q; as r does not divide 2p − r, such Q are exactly G2. Conversely ψ acts on
 * G2 as p ≡ t − 1 (mod r). So one multiplication by t − 1 = p − r, 127 bits, decides, at half the price of multiplying by r.
 */
import { conjugate, type G2Affine, mul2, P, power2, XI } from '../../protocol/values/bn254.ts';

export { type Fp2, type G1Affine, type G2Affine, isOnG1, isOnTwist, P } from '../../protocol/values/bn254.ts';

export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
/** t − 1, the eigenvalue of ψ on G2. */
export const PSI_EIGENVALUE = P - R;

const PSI_X = power2(XI, (P - 1n) / 3n);
const PSI_Y = power2(XI, (P - 1n) / 2n);

export const psi = ([x, y]: G2Affine): G2Affine => [mul2(conjugate(x), PSI_X), mul2(conjugate(y), PSI_Y)];
