/**
 * A proof in 128 bytes, A ‖ B ‖ C as compressed points (docs/prove-book.md): one encoding of each, and nothing else is read.
 *
 * A coordinate is 32 bytes big-endian, below p; of a point of the twist c1, then c0. The two highest bits of a point's first byte say which
 * y: `10` the smaller, `11` the larger. Whether B is in the group of order r is the verifier's to say, as of a proof in JSON.
 */
import { isLarger, isLarger2, isOnG1, isOnTwist, liftG1, liftTwist, P } from '../values/bn254.ts';
import { ProtocolError } from '../values/errors.ts';
import { bigEndian } from '../values/field.ts';
import type { ProofJson } from './proofs.ts';

export const PROOF_BYTES = 128;
const COORDINATE_BYTES = 32;
const [SMALLER, LARGER, FLAGS] = [0x80, 0xc0, 0xc0];

const malformed = (field: string, expected: string): ProtocolError => new ProtocolError('malformed-proof', field, expected);

function coordinate(decimal: string, field: string): bigint {
  if (!/^(0|[1-9][0-9]{0,76})$/.test(decimal)) throw malformed(field, 'a decimal string in canonical form');
  const value = BigInt(decimal);
  if (value >= P) throw malformed(field, 'a coordinate below the field order p');
  return value;
}

function put(bytes: Uint8Array, at: number, value: bigint): void {
  for (let i = COORDINATE_BYTES - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[at + i] = Number(rest & 0xffn);
}

/** @throws ProtocolError `malformed-proof` where a coordinate is none, or they are no point */
export function compressProof({ a, b, c }: ProofJson, field: string): Uint8Array {
  const bytes = new Uint8Array(PROOF_BYTES);
  for (const [name, at, of] of [
    ['a', 0, a],
    ['c', 96, c],
  ] as const) {
    const [x, y] = of.map((value, i) => coordinate(value, `${field}.${name}[${i}]`));
    if (!isOnG1([x, y])) throw malformed(`${field}.${name}`, 'a point on the curve');
    put(bytes, at, x);
    bytes[at] |= isLarger(y) ? LARGER : SMALLER;
  }
  const [x, y] = b.map((of, i) => of.map((value, j) => coordinate(value, `${field}.b[${i}][${j}]`)) as unknown as [bigint, bigint]);
  if (!isOnTwist([x, y])) throw malformed(`${field}.b`, 'a point on the twisted curve');
  put(bytes, 32, x[1]);
  put(bytes, 64, x[0]);
  bytes[32] |= isLarger2(y) ? LARGER : SMALLER;
  return bytes;
}

/** A point's first coordinate without its flags, and whether y is the larger one. */
function flagged(bytes: Uint8Array, field: string): { first: bigint; larger: boolean } {
  const flags = bytes[0] & FLAGS;
  if (flags !== SMALLER && flags !== LARGER) throw malformed(field, 'a compressed point other than infinity (its highest bits 10 or 11)');
  const first = Uint8Array.from(bytes.subarray(0, COORDINATE_BYTES));
  first[0] &= ~FLAGS;
  return { first: below(first, field), larger: flags === LARGER };
}

function below(bytes: Uint8Array, field: string): bigint {
  const value = bigEndian(bytes);
  if (value >= P) throw malformed(field, 'a coordinate below the field order p');
  return value;
}

/** @throws ProtocolError `malformed-proof` naming the point */
export function decompressProof(bytes: Uint8Array, field: string): ProofJson {
  const g1 = (name: 'a' | 'c', at: number): [string, string] => {
    const { first, larger } = flagged(bytes.subarray(at, at + COORDINATE_BYTES), `${field}.${name}`);
    const point = liftG1(first, larger);
    if (!point) throw malformed(`${field}.${name}`, 'a point on the curve');
    return [String(point[0]), String(point[1])];
  };
  const { first, larger } = flagged(bytes.subarray(32, 96), `${field}.b`);
  const b = liftTwist([below(bytes.subarray(64, 96), `${field}.b`), first], larger);
  if (!b) throw malformed(`${field}.b`, 'a point on the twisted curve');
  const [x, y] = b.map(([c0, c1]): [string, string] => [String(c0), String(c1)]);
  return { a: g1('a', 0), b: [x, y], c: g1('c', 96) };
}
