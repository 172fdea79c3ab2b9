/**
 * The *whole* of a proven book: what MsgProveBook carries in parts (docs/prove-book.md). A book as its hash was anchored, and all its
 * proofs, in bytes that have one form; from them come `book.json` and `proofs.json`, byte for byte.
 *
 *     version u8 = 1 ‖ n u32 ‖ book (n) ‖ per meter: S (32), DayBill (128) ‖ per copy: Substitute (128) ‖ version 1: Clearing (128)
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { LayoutReader, LayoutWriter } from '../values/bytes.ts';
import { ProtocolError } from '../values/errors.ts';
import { bigEndian, FIELD_ORDER, fieldToBytes } from '../values/field.ts';
import { bookHash, parseBook } from './book.ts';
import { compressProof, decompressProof, PROOF_BYTES } from './points.ts';
import type { ProofsFile } from './proofs.ts';
import { parseSharedBook } from './shared-book.ts';

const LAYOUT_VERSION = 1;
const HEAD_BYTES = 5;
const S_BYTES = 32;

/** A transaction with a part has at most 190 KiB, its type, signer and numbers included. */
export const PROVE_PART_BYTES = 188 * 1024;
export const PROVE_PARTS_MAX = 32;

const wrong = (field: string, expected: string): ProtocolError => new ProtocolError('malformed-whole', field, expected);

/** Which proofs a book has, in its order. */
interface Proven {
  chainId: string;
  day: number;
  version: number;
  /** who has a bill */
  billed: readonly string[];
  /** whom version 1 has as not metered: each has a Substitute proof */
  copied: readonly string[];
}

function ofBook(bookText: string): Proven {
  const { chainId, day, version, meters } = parseBook(bookText);
  const copied = version === 1 ? meters.filter(({ source }) => source !== 'metered') : [];
  return { chainId, day, version, billed: meters.map(({ meter }) => meter), copied: copied.map(({ meter }) => meter) };
}

/** Where communities share, who is absent has no bill, and nobody a copy. */
function ofSharedBook(bookText: string): Proven {
  const { chainId, day, meters } = parseSharedBook(bookText);
  const billed = meters.filter(({ source }) => source === 'metered').map(({ meter }) => meter);
  return { chainId, day, version: 1, billed, copied: [] };
}

function sameMeters(found: readonly { meter: string }[], wanted: readonly string[], field: string): void {
  if (found.length !== wanted.length) throw wrong(field, `${wanted.length} proofs, not ${found.length}`);
  found.forEach(({ meter }, i) => {
    if (meter !== wanted[i]) throw wrong(`${field}[${i}].meter`, `${wanted[i]}, as in the book`);
  });
}

/** @throws ProtocolError where the proofs are not the book's, or are no points */
export const encodeWhole = (bookText: string, proofs: ProofsFile): Uint8Array => encoded(bookText, ofBook(bookText), proofs);

/** The same of a book of communities. */
export const encodeSharedWhole = (bookText: string, proofs: ProofsFile): Uint8Array => encoded(bookText, ofSharedBook(bookText), proofs);

function encoded(bookText: string, { version, billed, copied }: Proven, proofs: ProofsFile): Uint8Array {
  if (proofs.bookHash !== bookHash(bookText)) throw wrong('proofs.bookHash', 'that of the book');
  sameMeters(proofs.bills, billed, 'proofs.bills');
  sameMeters(proofs.substitutes, copied, 'proofs.substitutes');
  if ((proofs.clearing === null) !== version > 1) throw wrong('proofs.clearing', 'to be there in version 1 and in no other');
  const bytes = utf8ToBytes(bookText);
  return concatBytes(
    new LayoutWriter(HEAD_BYTES).u8(LAYOUT_VERSION).u32(bytes.length).done(),
    bytes,
    ...proofs.bills.flatMap(({ S, proof }, i) => [fieldToBytes(S), compressProof(proof, `proofs.bills[${i}].proof`)]),
    ...proofs.substitutes.map(({ proof }, i) => compressProof(proof, `proofs.substitutes[${i}].proof`)),
    ...(proofs.clearing ? [compressProof(proofs.clearing.proof, 'proofs.clearing.proof')] : []),
  );
}

/** The book's text, and what comes after it. @throws ProtocolError `malformed-whole` */
function splitWhole(whole: Uint8Array): { bookText: string; rest: Uint8Array } {
  if (whole.length < HEAD_BYTES) throw wrong('whole', `at least ${HEAD_BYTES} bytes`);
  const reader = new LayoutReader(whole);
  if (reader.u8() !== LAYOUT_VERSION) throw wrong('whole.version', String(LAYOUT_VERSION));
  const length = reader.u32();
  if (length > whole.length - HEAD_BYTES) throw wrong('whole.book', `${length} bytes, not ${whole.length - HEAD_BYTES}`);
  try {
    return {
      bookText: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reader.raw(length)),
      rest: whole.subarray(HEAD_BYTES + length),
    };
  } catch {
    throw new ProtocolError('unparsable', 'book', 'text in UTF-8');
  }
}

function sOf(bytes: Uint8Array, field: string): bigint {
  const S = bigEndian(bytes);
  if (S >= FIELD_ORDER) throw wrong(field, 'a field element in 0 … r-1');
  return S;
}

interface Decoded {
  bookText: string;
  proofs: ProofsFile;
}

/**
 * Book and proofs of a whole.
 * @throws ProtocolError `malformed-whole`: not this layout; `malformed-proof`: a proof is not three compressed points; any other: the book
 */
export const decodeWhole = (whole: Uint8Array): Decoded => decoded(whole, ofBook);

/** The same of a book of communities. */
export const decodeSharedWhole = (whole: Uint8Array): Decoded => decoded(whole, ofSharedBook);

function decoded(whole: Uint8Array, read: (bookText: string) => Proven): Decoded {
  const { bookText, rest } = splitWhole(whole);
  const { billed, copied, ...book } = read(bookText);
  const expected = billed.length * (S_BYTES + PROOF_BYTES) + copied.length * PROOF_BYTES + (book.version === 1 ? PROOF_BYTES : 0);
  if (rest.length !== expected) throw wrong('whole.proofs', `${expected} bytes, not ${rest.length}`);
  const reader = new LayoutReader(rest);
  const bills = billed.map((meter, i) => ({
    meter,
    S: sOf(reader.raw(S_BYTES), `proofs.bills[${i}].S`),
    bytes: reader.raw(PROOF_BYTES),
  }));
  const proof = (field: string) => decompressProof(reader.raw(PROOF_BYTES), field);
  const proofs = {
    ...book,
    bookHash: bookHash(bookText),
    bills: bills.map(({ meter, S, bytes }, i) => ({ meter, S, proof: decompressProof(bytes, `proofs.bills[${i}].proof`) })),
    substitutes: copied.map((meter, i) => ({ meter, proof: proof(`proofs.substitutes[${i}].proof`) })),
    clearing: book.version === 1 ? { proof: proof('proofs.clearing.proof') } : null,
  };
  return { bookText, proofs };
}

/** The whole in pieces that a transaction holds, in their order. @throws ProtocolError where it needs too many */
export function proveParts(whole: Uint8Array, bytes = PROVE_PART_BYTES): Uint8Array[] {
  const parts = Array.from({ length: Math.ceil(whole.length / bytes) }, (_, i) => whole.subarray(i * bytes, (i + 1) * bytes));
  if (parts.length === 0 || parts.length > PROVE_PARTS_MAX) throw wrong('whole', `1 to ${PROVE_PARTS_MAX} parts of ${bytes} bytes`);
  return parts;
}
