/**
 * The BN254 scalar field and the one hash of the circuits.
 *
 * Every commitment of the protocol is a Poseidon hash with four inputs over this field, so that a circuit can open it cheaply
 * (protocol §2). Elements travel as 32 bytes big-endian and must be smaller than the order: one encoding per value.
 */
import { ProtocolError } from './errors.ts';
import { FIELD_ORDER } from './field-order.ts';
import { poseidon4 } from './poseidon.ts';

export { FIELD_ORDER };

/** First inputs that keep the uses of {@link p4} apart (protocol §2). */
export const TAG = { meterDay: 1n, mask: 3n, bill: 4n, registerLink: 5n, totals: 6n, gridDay: 7n } as const;

/** The representative of any integer in 0 … r-1; negative numbers enter the circuits this way. */
export function toField(value: bigint): bigint {
  const rest = value % FIELD_ORDER;
  return rest < 0n ? rest + FIELD_ORDER : rest;
}

/** @throws ProtocolError `out-of-range` unless 0 <= value < r. */
export function assertField(value: bigint, field: string): bigint {
  if (typeof value !== 'bigint' || value < 0n || value >= FIELD_ORDER) {
    throw new ProtocolError('out-of-range', field, 'a field element in 0 … r-1');
  }
  return value;
}

/** Poseidon of four field elements. Inputs must be canonical: the hash itself would reduce silently. */
export function p4(a: bigint, b: bigint, c: bigint, d: bigint): bigint {
  assertField(a, 'p4 input 1');
  assertField(b, 'p4 input 2');
  assertField(c, 'p4 input 3');
  assertField(d, 'p4 input 4');
  return poseidon4([a, b, c, d]);
}

/** 32 bytes, big-endian. */
export function fieldToBytes(value: bigint): Uint8Array {
  assertField(value, 'field element');
  const bytes = new Uint8Array(32);
  for (let i = 31, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** @throws ProtocolError `wrong-size` unless 32 bytes, `out-of-range` unless < r. */
export function fieldFromBytes(bytes: Uint8Array, field = 'field element'): bigint {
  if (bytes.length !== 32) throw new ProtocolError('wrong-size', field, `32 bytes, not ${bytes.length}`);
  return assertField(bigEndian(bytes), field);
}

/** Bytes read as one big-endian integer, whatever their number. */
export function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** 31 bytes read big-endian: always a field element, since 2^248 < r. */
export function fieldFrom31Bytes(bytes: Uint8Array, field: string): bigint {
  if (bytes.length !== 31) throw new ProtocolError('wrong-size', field, `31 bytes, not ${bytes.length}`);
  return bigEndian(bytes);
}

/** A decimal string in its only form: no sign, no leading zero, < r. */
export function fieldFromDecimal(text: unknown, field: string): bigint {
  if (typeof text !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(text)) {
    throw new ProtocolError('out-of-range', field, 'a field element as a decimal string');
  }
  return assertField(BigInt(text), field);
}
