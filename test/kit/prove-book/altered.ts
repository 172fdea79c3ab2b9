/** Ways to alter a whole, as whoever would have a wrong book proven: of its book, of its bytes, of one point of one proof. */
import { bn254 } from '@noble/curves/bn254.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { bookHash, canonicalJson, decodeWhole, encodeWhole, type Json, type ProofsFile, parseBook } from '../../../src/protocol/index.ts';
import { P } from '../../../src/protocol/values/bn254.ts';
import type { Editable } from '../audit/bundles.ts';

const HEAD = 5;
const [S_BYTES, PROOF_BYTES] = [32, 128];

export const textOf = (whole: Uint8Array): string => decodeWhole(whole).bookText;

/** Where the bytes after the book begin. */
export const proofsAt = (whole: Uint8Array): number => HEAD + new DataView(whole.buffer, whole.byteOffset).getUint32(1, true);
/** Where the i-th meter's S begins; its proof follows. */
export const billAt = (whole: Uint8Array, i: number): number => proofsAt(whole) + i * (S_BYTES + PROOF_BYTES);
export const proofAt = (whole: Uint8Array, i: number): number => billAt(whole, i) + S_BYTES;
export const clearingAt = (whole: Uint8Array): number => whole.length - PROOF_BYTES;

/** The whole with another text in the book's place, whatever that is. */
export function withText(whole: Uint8Array, change: (text: string) => string): Uint8Array {
  const text = new TextEncoder().encode(change(textOf(whole)));
  const head = Uint8Array.of(1, 0, 0, 0, 0);
  new DataView(head.buffer).setUint32(1, text.length, true);
  return concatBytes(head, text, whole.subarray(proofsAt(whole)));
}

/** With another book in canonical form. */
export const withBook = (whole: Uint8Array, change: (book: Editable) => void): Uint8Array =>
  withText(whole, (text) => {
    const book = JSON.parse(text) as Json;
    change(book);
    return canonicalJson(book);
  });

/** With another book, and its proofs changed so that there is one for each entry. */
export function withEntries(whole: Uint8Array, change: (book: Editable, proofs: Editable) => void): Uint8Array {
  const { bookText, proofs } = decodeWhole(whole);
  const book = JSON.parse(bookText);
  const changed = structuredClone(proofs) as ProofsFile;
  change(book, changed);
  const text = canonicalJson(book);
  parseBook(text);
  return encodeWhole(text, { ...changed, bookHash: bookHash(text) });
}

/** With other proofs of the same book. */
export function withProofs(whole: Uint8Array, change: (proofs: Editable) => void): Uint8Array {
  const { bookText, proofs } = decodeWhole(whole);
  change(proofs);
  return encodeWhole(bookText, proofs);
}

export function withBytes(whole: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const copy = whole.slice();
  copy.set(bytes, at);
  return copy;
}

export const bigEndian32 = (value: bigint): Uint8Array => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));

/** A compressed coordinate: its value, and the two highest bits. */
export const flagged = (value: bigint, flags: number): Uint8Array => {
  const bytes = bigEndian32(value);
  bytes[0] |= flags << 6;
  return bytes;
};

const valueAt = (whole: Uint8Array, at: number): bigint => BigInt(`0x${Buffer.from(whole.subarray(at, at + 32)).toString('hex')}`);
const FLAGS = 3n << 254n;
/** The coordinate that begins at `at`, without flags. */
export const coordinateAt = (whole: Uint8Array, at: number): bigint => valueAt(whole, at) & ~FLAGS;
export const flagsAt = (whole: Uint8Array, at: number): number => whole[at] >> 6;

/** The smallest x without a point of the curve. */
export function offCurve(): bigint {
  const { Fp } = bn254.fields;
  for (let x = 1n; ; x++)
    try {
      Fp.sqrt(Fp.add(Fp.pow(x, 3n), 3n));
    } catch {
      return x;
    }
}

/** The smallest x = n + 0·i of a point of the twist that is in no group of order r; or, `point` false, of none. */
export function offTwist(point: boolean): bigint {
  const { Fp2 } = bn254.fields;
  for (let n = 1n; ; n++) {
    const x = Fp2.fromBigTuple([n, 0n]);
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), bn254.G2.Point.CURVE().b));
      if (point && !bn254.G2.Point.fromAffine({ x, y }).isTorsionFree()) return n;
    } catch {
      if (!point) return n;
    }
  }
}

const g1Of = ([x, y]: readonly [string, string]) => bn254.G1.Point.fromAffine({ x: BigInt(x), y: BigInt(y) });
const textOfG1 = (point: typeof bn254.G1.Point.BASE): [string, string] => {
  const { x, y } = point.toAffine();
  return [String(x), String(y)];
};

/** (−A, −B, C): another form of the same proof. */
export function negated(proof: Editable): Editable {
  const minus = (value: string): string => String((P - BigInt(value)) % P);
  const [x, y] = proof.b;
  return { a: [proof.a[0], minus(proof.a[1])], b: [x, y.map(minus)], c: proof.c };
}

/** C of one proof more by a point and C of another less by it: they cancel in any sum without coefficients. */
export function cancelling(one: Editable, other: Editable): void {
  const { BASE } = bn254.G1.Point;
  one.c = textOfG1(g1Of(one.c).add(BASE));
  other.c = textOfG1(g1Of(other.c).subtract(BASE));
}
