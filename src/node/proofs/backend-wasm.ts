/**
 * Pairing backend on ffjavascript (WebAssembly). GPL-3.0-or-later, as that package is, so it lies in the node and the reader knows nothing
 * of it: programs of the node hand it in, on one thread as {@link wasmBackend}, to the reader's threads by this module's address
 * (backend-module.ts).
 *
 * One thread: with worker threads ffjavascript keeps the process alive until somebody terminates them, and gains nothing at this size.
 */
import type { Curve } from 'ffjavascript';
import { buildBn128 } from 'ffjavascript';
import type { Backend } from '../../reader/verifier/index.ts';

const littleEndian = (value: bigint, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let i = 0, rest = value; i < length; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
};

const byteLength = (value: bigint): number => Math.max(1, Math.ceil(value.toString(16).length / 2));

/** Affine buffers one after the other, as ffjavascript's multi-exponentiation takes them. */
function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(parts.length * size);
  for (const [i, part] of parts.entries()) all.set(part, i * size);
  return all;
}

/** A new one, as the reader's threads ask for it. */
export async function createBackend(): Promise<Backend<Uint8Array, Uint8Array>> {
  const curve: Curve = await buildBn128(true);
  const { G1, G2 } = curve;
  return {
    name: 'wasm',
    g1: (point) => G1.fromObject(point),
    g2: (point) => G2.fromObject(point),
    isZeroG1: (point) => G1.isZero(point),
    negateG1: (point) => G1.neg(point),
    timesG1: (point, scalar) => G1.timesScalar(point, littleEndian(scalar, byteLength(scalar))),
    timesG2: (point, scalar) => G2.timesScalar(point, littleEndian(scalar, byteLength(scalar))),
    equalsG2: (a, b) => G2.eq(a, b),
    sumG1(points, scalars) {
      const width = scalars.reduce((most, scalar) => Math.max(most, byteLength(scalar)), 1);
      const affine = points.map((point) => G1.toAffine(point));
      return G1.multiExpAffine(
        join(affine, 64),
        join(
          scalars.map((scalar) => littleEndian(scalar, width)),
          width,
        ),
      );
    },
    pairsToOne: (pairs) => curve.pairingEq(...pairs.flat()),
  };
}

let made: Promise<Backend> | undefined;

/** The one of this process. */
export function wasmBackend(): Promise<Backend> {
  made ??= createBackend();
  return made;
}
