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

export const SHA256_BYTES = 32;

/**
 * Writes the hash of `data` from `at` on. A text of 32 characters comes three times as fast as 32 bytes: bytes would each be memory of
 * their own outside of the heap.
 */
export function sha256Into(data: Uint8Array, into: Uint8Array, at: number): void {
  if (!native) {
    into.set(portableSha256(data), at);
    return;
  }
  const text = native('sha256', data, 'latin1');
  for (let i = 0; i < SHA256_BYTES; i++) into[at + i] = text.charCodeAt(i);
}

export function sha256(data: Uint8Array): Uint8Array {
  const hash = new Uint8Array(SHA256_BYTES);
  sha256Into(data, hash, 0);
  return hash;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
