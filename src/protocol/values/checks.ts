/** Checks that several encodings share. Each refusal names the field and what was expected; codes are those of protocol §3. */
import { ProtocolError } from './errors.ts';
import { U32_MAX } from './time.ts';

/** Refuses anything but `length` bytes. */
export function checkBytes(value: unknown, length: number, field: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new ProtocolError('wrong-size', field, `${length} bytes`);
  if (value.length !== length) throw new ProtocolError('wrong-size', field, `${length} bytes, not ${value.length}`);
  return value;
}

/** Refuses anything but an integer with `min ≤ value < limit`. */
export function checkInt(value: unknown, min: number, limit: number, field: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value >= limit) {
    throw new ProtocolError('out-of-range', field, `an integer in ${min} … ${limit - 1}`);
  }
  return value;
}

/** What a chain may be called: it ends before a 0x00 in preimages, and brings no line or space of its own into texts that are signed. */
export function checkChainId(value: unknown, field = 'chainId'): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,50}$/.test(value))
    throw new ProtocolError('out-of-range', field, '1 to 50 printable ASCII characters');
  return value;
}

export const checkU16 = (value: unknown, field: string): number => checkInt(value, 0, 2 ** 16, field);
export const checkU32 = (value: unknown, field: string): number => checkInt(value, 0, U32_MAX + 1, field);
