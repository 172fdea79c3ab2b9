/**
 * The group operations behind the verifier. backend-noble.ts (@noble/curves, plain BigInt, MIT) is the one that is always here; a host
 * program may hand in another, as the node does with ffjavascript's WebAssembly (GPL-3.0, so no part of this). A backend gets points that
 * are already known to be on their curves and never sees infinity from outside; every check of bytes is ours.
 */
import type { G1Affine, G2Affine } from './curve.ts';

export interface Backend<G1 = unknown, G2 = unknown> {
  readonly name: string;
  g1(point: G1Affine): G1;
  g2(point: G2Affine): G2;
  isZeroG1(point: G1): boolean;
  negateG1(point: G1): G1;
  /** [scalar]point, 0 < scalar < r */
  timesG1(point: G1, scalar: bigint): G1;
  timesG2(point: G2, scalar: bigint): G2;
  equalsG2(a: G2, b: G2): boolean;
  /** Σ [scalars_i]points_i, scalars < r, possibly 0 */
  sumG1(points: readonly G1[], scalars: readonly bigint[]): Promise<G1>;
  /** whether Π e(g1, g2) = 1; no pair contains infinity */
  pairsToOne(pairs: readonly (readonly [G1, G2])[]): Promise<boolean>;
}

/** A module that makes a backend: what a host program hands in by its address, so that threads load it too. */
export interface BackendModule {
  createBackend(): Promise<Backend>;
}
