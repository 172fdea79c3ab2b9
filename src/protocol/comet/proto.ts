/**
 * The few protobuf encodings that CometBFT hashes and signs: varint, fixed64, bytes, embedded message, in field order.
 *
 * Hashes are over exact bytes, and the rule differs by field: gogoproto leaves a scalar out when it is zero, but always writes a
 * non-nullable message, even an empty one (part-set header, timestamp). Hence two functions, `bytesField` and `messageField`; taking
 * one for the other gives a wrong hash only for rare headers, such as the first block's.
 */
import { concatBytes } from '@noble/hashes/utils.js';

const EMPTY = new Uint8Array(0);
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

function pushVarint(out: number[], value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  while (rest > MAX_SAFE) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  let small = Number(rest);
  while (small > 127) {
    out.push((small % 128) | 128);
    small = Math.floor(small / 128);
  }
  out.push(small);
}

/** Base-128 varint of an int64 or uint64; negative values take ten bytes. */
export function varint(value: bigint): Uint8Array {
  const out: number[] = [];
  pushVarint(out, value);
  return Uint8Array.from(out);
}

const key = (field: number, wire: number): number => (field << 3) | wire;

/** int32, int64, uint64, enum: absent when zero. */
export function varintField(field: number, value: bigint): Uint8Array {
  if (value === 0n) return EMPTY;
  const out = [key(field, 0)];
  pushVarint(out, value);
  return Uint8Array.from(out);
}

/** sfixed64: absent when zero. */
export function fixed64Field(field: number, value: bigint): Uint8Array {
  if (value === 0n) return EMPTY;
  const out = new Uint8Array(9);
  out[0] = key(field, 1);
  new DataView(out.buffer).setBigInt64(1, value, true);
  return out;
}

/** bytes or string: absent when empty. */
export const bytesField = (field: number, value: Uint8Array): Uint8Array => (value.length === 0 ? EMPTY : messageField(field, value));

/** A non-nullable embedded message: always there, even when empty. */
export function messageField(field: number, value: Uint8Array): Uint8Array {
  const head = [key(field, 2)];
  pushVarint(head, BigInt(value.length));
  const out = new Uint8Array(head.length + value.length);
  out.set(head);
  out.set(value, head.length);
  return out;
}

/** A message behind its length, as it is signed. */
export const delimited = (message: Uint8Array): Uint8Array => concatBytes(varint(BigInt(message.length)), message);
