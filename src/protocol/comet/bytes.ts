/**
 * Bytes: the helpers that every file here needs. Hashes are public, so comparing them need not take constant time.
 *
 * SHA-256 is the runtime's own where there is one that answers at once (Node), else a JavaScript one (browsers, whose own is asynchronous):
 * the same function either way, and transactions of a kilobyte hash four times as fast.
 */
import { sha256 as portableSha256 } from '@noble/hashes/sha2.js';

export { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

type NativeHash = (algorithm: string, data: Uint8Array, encoding: 'buffer') => Uint8Array;
const { process } = globalThis as { process?: { getBuiltinModule?(name: string): { hash?: NativeHash } | undefined } };
const native = process?.getBuiltinModule?.('node:crypto')?.hash;

export const sha256: (data: Uint8Array) => Uint8Array = native ? (data) => native('sha256', data, 'buffer') : portableSha256;

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
