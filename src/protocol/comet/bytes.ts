/**
 * Bytes: the helpers that every file here needs. Hashes are public, so comparing them need not take constant time.
 *
 * SHA-256 is the runtime's own where there is one that answers at once (Node), else a JavaScript one (browsers, whose own is asynchronous):
 * the same function either way, and transactions of a kilobyte hash four times as fast.
 */
import { sha256 as portableSha256 } from '@noble/hashes/sha2.js';

export { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

type NativeHash = (algorithm: string, data: Uint8Array, encoding: 'latin1') => string;
const { process } = globalThis as { process?: { getBuiltinModule?(name: string): { hash?: NativeHash } | undefined } };
const native = process?.getBuiltinModule?.('node:crypto')?.hash;

/** A text of 32 characters comes three times as fast as 32 bytes: bytes would each be memory of their own outside of the heap. */
function natively(hash: NativeHash, data: Uint8Array): Uint8Array {
  const text = hash('sha256', data, 'latin1');
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export const sha256: (data: Uint8Array) => Uint8Array = native ? (data) => natively(native, data) : portableSha256;

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
