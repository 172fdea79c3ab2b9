/**
 * The group operations behind the verifier. Two backends fit: ffjavascript (WebAssembly, GPL-3.0, fast) and @noble/curves (plain BigInt, MIT).
 * A backend gets points that are already known to be on their curves and never sees infinity from outside; every check of bytes is ours.
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

export type BackendName = 'wasm' | 'noble';

const loaded = new Map<BackendName, Promise<Backend>>();

/** Loads a backend once per process. Modules are imported only when asked for, so that a browser bundle carries one of them. */
export function loadBackend(name: BackendName): Promise<Backend> {
  let backend = loaded.get(name);
  if (!backend) {
    backend =
      name === 'wasm'
        ? import('./backend-wasm.ts').then((module) => module.wasmBackend())
        : import('./backend-noble.ts').then((module) => module.nobleBackend);
    loaded.set(name, backend);
  }
  return backend;
}
