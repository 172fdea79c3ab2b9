/** Bytes: the helpers that every file here needs. Hashes are public, so comparing them need not take constant time. */
export { concatBytes, utf8ToBytes, bytesToHex } from '@noble/hashes/utils.js';

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
