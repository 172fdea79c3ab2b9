/** Forms of arguments that several operations take. Each refusal names its field. */
import { addressBytes } from '../../protocol/values/address.ts';
import { badInput } from './errors.ts';

export function checkAddress(address: string, field = 'address'): void {
  try {
    addressBytes(address, field);
  } catch {
    throw badInput(field, 'a bech32 address "electra1…" in lower case');
  }
}

/** So many bytes, and no other spelling of them. */
export function bytesOf(value: string, field: string, length: number): Uint8Array {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== length || bytes.toString('base64') !== value) throw badInput(field, `${length} bytes in base64`);
  return bytes;
}

/** A whole number above 0 of at most 18 digits, in one spelling: what Postgres holds as int8. */
export function countOf(value: string, field: string): bigint {
  if (!/^[1-9]\d{0,17}$/.test(value)) throw badInput(field, 'a whole number above 0, in decimal');
  return BigInt(value);
}
