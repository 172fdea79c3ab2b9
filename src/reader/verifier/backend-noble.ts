/**
 * Pairing backend on @noble/curves (MIT): no WebAssembly, small, runs everywhere; about seven times slower than WebAssembly. The verifier's
 * own.
 */
import { pippenger } from '@noble/curves/abstract/curve.js';
import { bn254 } from '@noble/curves/bn254.js';
import type { Backend } from './backend.ts';

const {
  G1,
  G2,
  fields: { Fp2, Fp12 },
} = bn254;
type PointG1 = typeof G1.Point.BASE;
type PointG2 = typeof G2.Point.BASE;

export const nobleBackend: Backend<PointG1, PointG2> = {
  name: 'noble',
  g1: ([x, y]) => G1.Point.fromAffine({ x, y }),
  g2: ([x, y]) => G2.Point.fromAffine({ x: Fp2.fromBigTuple([x[0], x[1]]), y: Fp2.fromBigTuple([y[0], y[1]]) }),
  isZeroG1: (point) => point.is0(),
  negateG1: (point) => point.negate(),
  timesG1: (point, scalar) => point.multiplyUnsafe(scalar),
  timesG2: (point, scalar) => point.multiplyUnsafe(scalar),
  equalsG2: (a, b) => a.equals(b),
  sumG1: async (points, scalars) => pippenger(G1.Point, [...points], [...scalars]),
  pairsToOne: async (pairs) => Fp12.eql(bn254.pairingBatch(pairs.map(([g1, g2]) => ({ g1, g2 }))), Fp12.ONE),
};
