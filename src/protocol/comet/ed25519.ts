/**
 * Ed25519 as CometBFT accepts it, as fast as the runtime can: Node's own implementation, a tenth of the time of a JavaScript one, found
 * without an import so that browsers load the same file. It is stricter than ZIP-215, so what it refuses is asked again of a ZIP-215
 * verifier before it counts as false. Keys are few and are kept parsed.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { concatBytes } from './bytes.ts';
import type { VerifyEd25519 } from './commit.ts';
import { verifyZip215 } from './zip215.ts';

interface NativeCrypto {
  createPublicKey(key: { key: Uint8Array; format: 'der'; type: 'spki' }): object;
  verify(algorithm: null, message: Uint8Array, key: object, signature: Uint8Array): boolean;
}

const { process } = globalThis as unknown as { process?: { getBuiltinModule?(name: string): NativeCrypto | undefined } };
const native = process?.getBuiltinModule?.('node:crypto');
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
const KEYS_MAX = 1024;
const keys = new Map<string, object>();

function keyObject(crypto: NativeCrypto, publicKey: Uint8Array): object {
  const id = bytesToHex(publicKey);
  let key = keys.get(id);
  if (!key) {
    key = crypto.createPublicKey({ key: concatBytes(SPKI_PREFIX, publicKey), format: 'der', type: 'spki' });
    if (keys.size >= KEYS_MAX) keys.clear();
    keys.set(id, key);
  }
  return key;
}

export const verifyEd25519: VerifyEd25519 = (signature, message, publicKey) => {
  try {
    if (native?.verify(null, message, keyObject(native, publicKey), signature)) return true;
  } catch {
    // a key or signature that OpenSSL cannot even parse: ZIP-215 decides
  }
  return verifyZip215(signature, message, publicKey);
};
