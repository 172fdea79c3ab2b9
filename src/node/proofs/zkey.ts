/**
 * Reads a snarkjs proving key (.zkey, Groth16 over BN254) once, into the buffers that proving needs.
 *
 * The file is a header ("zkey", version, number of sections) and sections of (type u32, length u64, bytes): 2 the sizes and the key's
 * single points, 4 the coefficients of A and B by constraint, 5–9 the points for A, B in G1, B in G2, C and H. Numbers are little-endian,
 * points affine in Montgomery form, and coefficients carry one Montgomery factor more, so that times a plain witness value they come out in
 * Montgomery form. The file is the operator's own and trusted: lengths are checked to fail early on a truncated one, points are not.
 */
import { ProverError } from './errors.ts';

export interface ProvingKey {
  readonly variables: number;
  readonly publicInputs: number;
  /** evaluation points, a power of two */
  readonly domain: number;
  readonly alpha1: Uint8Array;
  readonly beta1: Uint8Array;
  readonly beta2: Uint8Array;
  readonly delta1: Uint8Array;
  readonly delta2: Uint8Array;
  readonly coefficients: Uint8Array;
  readonly coefficientCount: number;
  readonly pointsA: Uint8Array;
  readonly pointsB1: Uint8Array;
  readonly pointsB2: Uint8Array;
  readonly pointsC: Uint8Array;
  readonly pointsH: Uint8Array;
}

const G1_BYTES = 64;
const G2_BYTES = 128;
const COEFFICIENT_BYTES = 12 + 32;

function sections(file: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || view.getUint32(0, true) !== 0x79656b7a) throw new ProverError('bad-key', 'proving key: expected a .zkey file');
  const found = new Map<number, Uint8Array>();
  let at = 12;
  for (let left = view.getUint32(8, true); left > 0; left--) {
    if (at + 12 > file.length) throw new ProverError('bad-key', 'proving key: the file is truncated');
    const type = view.getUint32(at, true);
    const length = Number(view.getBigUint64(at + 4, true));
    at += 12;
    if (at + length > file.length) throw new ProverError('bad-key', 'proving key: the file is truncated');
    found.set(type, file.subarray(at, at + length));
    at += length;
  }
  return found;
}

/** @throws ProverError `bad-key` */
export function readProvingKey(bytes: Uint8Array): ProvingKey {
  const all = sections(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)); // a Buffer's slice would not copy
  const section = (type: number, length?: number): Uint8Array => {
    const bytes = all.get(type);
    if (!bytes || (length !== undefined && bytes.length !== length))
      throw new ProverError('bad-key', `proving key: section ${type} is missing or has another length`);
    return bytes;
  };
  if (new DataView(section(1).slice().buffer).getUint32(0, true) !== 1) throw new ProverError('bad-key', 'proving key: expected Groth16');
  const header = section(2).slice();
  const view = new DataView(header.buffer);
  if (header.length !== 84 + 3 * G1_BYTES + 3 * G2_BYTES || view.getUint32(0, true) !== 32 || view.getUint32(36, true) !== 32)
    throw new ProverError('bad-key', 'proving key: expected BN254');
  const [variables, publicInputs, domain] = [72, 76, 80].map((offset) => view.getUint32(offset, true));
  let at = 84;
  const point = (length: number): Uint8Array => {
    at += length;
    return header.subarray(at - length, at);
  };
  const [alpha1, beta1, beta2] = [point(G1_BYTES), point(G1_BYTES), point(G2_BYTES)];
  point(G2_BYTES); // gamma: the verifier's
  const [delta1, delta2] = [point(G1_BYTES), point(G2_BYTES)];
  const coefficients = section(4);
  const coefficientCount = new DataView(coefficients.buffer, coefficients.byteOffset).getUint32(0, true);
  if (coefficients.length !== 4 + coefficientCount * COEFFICIENT_BYTES)
    throw new ProverError('bad-key', 'proving key: section 4 has another length');
  return {
    variables,
    publicInputs,
    domain,
    alpha1,
    beta1,
    beta2,
    delta1,
    delta2,
    coefficients: coefficients.slice(4),
    coefficientCount,
    pointsA: section(5, variables * G1_BYTES),
    pointsB1: section(6, variables * G1_BYTES),
    pointsB2: section(7, variables * G2_BYTES),
    pointsC: section(8, (variables - publicInputs - 1) * G1_BYTES),
    pointsH: section(9, domain * G1_BYTES),
  };
}
