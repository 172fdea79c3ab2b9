/**
 * Opening a sealed box fast. Nearly all the time of crypto_box_seal_open is one X25519, and OpenSSL's takes a third of what libsodium's
 * takes in WebAssembly. So the shared point comes from node:crypto and the rest, a few microseconds, from libsodium:
 *
 *     key = HSalsa20(X25519(secret, ephemeral), 0)     nonce = BLAKE2b-24(ephemeral ‖ public)     open = XSalsa20-Poly1305
 *
 * This path can only say yes, to what Poly1305 authenticates. Whatever it does not open goes to the SDK's openBox (libsodium throughout),
 * which has the last word and names the reason.
 */
import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';
import { openBox } from '../../protocol/meter/seal.ts';
import type { EpochKey } from './keys/epochs.ts';

await sodium.ready;

export type BoxKey = EpochKey & { native: KeyObject };

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const EPHEMERAL_BYTES = 32;
const ZERO_16 = new Uint8Array(16);

/** Prepares an epoch's key for many boxes. */
export function boxKey(key: EpochKey): BoxKey {
  const jwk = { kty: 'OKP', crv: 'X25519', x: base64url(key.publicKey), d: base64url(key.secretKey) };
  return { ...key, native: createPrivateKey({ key: jwk, format: 'jwk' }) };
}

/** The plaintext of a sealed box. Refuses by ProtocolError `wrong-size`, `low-order` or `not-decryptable`. */
export function unseal(sealed: Uint8Array, key: BoxKey): Uint8Array {
  return openFast(sealed, key) ?? openBox(sealed, key.publicKey, key.secretKey);
}

function openFast(sealed: Uint8Array, key: BoxKey): Uint8Array | null {
  if (sealed.length < EPHEMERAL_BYTES + 16) return null;
  const ephemeral = sealed.subarray(0, EPHEMERAL_BYTES);
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: base64url(ephemeral) }, format: 'jwk' });
    const shared = diffieHellman({ privateKey: key.native, publicKey }); // throws where the shared point is all zero
    const symmetric = sodium.crypto_core_hsalsa20(ZERO_16, shared, null);
    const nonce = sodium.crypto_generichash(24, Buffer.concat([ephemeral, key.publicKey]), null);
    return sodium.crypto_secretbox_open_easy(sealed.subarray(EPHEMERAL_BYTES), nonce, symmetric);
  } catch {
    return null;
  }
}
