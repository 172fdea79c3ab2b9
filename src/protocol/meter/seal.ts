/**
 * Sealed boxes, byte-compatible with libsodium's crypto_box_seal / crypto_box_seal_open:
 *
 *     ephemeralPublicKey[32] ‖ crypto_box(plaintext, nonce = BLAKE2b-24(ephemeralPublicKey ‖ nodeKey), nodeKey, ephemeralSecret)
 *
 * crypto_box_seal draws the ephemeral key itself; here it is given, because it is hedged and kept (protocol §3). The trap is a low-order
 * key: its shared secret is all zero and known to everybody, so both sides refuse it. An ephemeral secret must never seal two plaintexts:
 * same key and nonce, and their XOR would be public.
 */
import sodium from 'libsodium-wrappers';
import { equalBytes } from '../values/bytes.ts';
import { checkBytes } from '../values/checks.ts';
import { ProtocolError } from '../values/errors.ts';

await sodium.ready;

export const NODE_KEY_BYTES = 32;
export const SEAL_OVERHEAD_BYTES = 48;
const NONCE_BYTES = 24;

/** X25519 public key of a 32-byte secret. */
export function boxPublicKey(secretKey: Uint8Array): Uint8Array {
  return sodium.crypto_scalarmult_base(checkBytes(secretKey, 32, 'secretKey'));
}

/** True for a point of low order in any encoding: every clamped scalar takes it to zero. */
export function isLowOrderKey(publicKey: Uint8Array): boolean {
  checkBytes(publicKey, NODE_KEY_BYTES, 'publicKey');
  try {
    return sodium.crypto_scalarmult(new Uint8Array(32).fill(0x40), publicKey).every((byte) => byte === 0);
  } catch {
    return true; // libsodium refuses an all-zero result by an exception
  }
}

function lowOrder(field: string): ProtocolError {
  return new ProtocolError('low-order', field, 'an X25519 key that is not of low order');
}

/** Seals to the node's key with the given ephemeral secret. 48 bytes longer than the plaintext. */
export function sealBox(plaintext: Uint8Array, nodeKey: Uint8Array, ephemeralSecret: Uint8Array): Uint8Array {
  checkBytes(nodeKey, NODE_KEY_BYTES, 'nodeKey');
  checkBytes(ephemeralSecret, 32, 'ephemeralSecret');
  const ephemeralKey = sodium.crypto_scalarmult_base(ephemeralSecret);
  const nonce = sodium.crypto_generichash(NONCE_BYTES, concat(ephemeralKey, nodeKey), null);
  try {
    return concat(ephemeralKey, sodium.crypto_box_easy(plaintext, nonce, nodeKey, ephemeralSecret));
  } catch (error) {
    if (isLowOrderKey(nodeKey)) throw lowOrder('nodeKey'); // libsodium refuses an all-zero shared secret
    throw error;
  }
}

/** Opens with the node's key pair. Refuses by `wrong-size`, `low-order` or `not-decryptable`. */
export function openBox(sealed: Uint8Array, nodeKey: Uint8Array, nodeSecret: Uint8Array): Uint8Array {
  checkBytes(nodeKey, NODE_KEY_BYTES, 'nodeKey');
  checkBytes(nodeSecret, 32, 'nodeSecret');
  if (!(sealed instanceof Uint8Array) || sealed.length < SEAL_OVERHEAD_BYTES) {
    throw new ProtocolError('wrong-size', 'sealed', `at least ${SEAL_OVERHEAD_BYTES} bytes`);
  }
  try {
    return sodium.crypto_box_seal_open(sealed, nodeKey, nodeSecret);
  } catch {
    // libsodium gives one error for both; looked at only here, so that opening stays one call
    if (isLowOrderKey(sealed.subarray(0, 32))) throw lowOrder('sealed');
    throw new ProtocolError('not-decryptable', 'sealed', 'a box sealed to this key');
  }
}

/** Opens with the ephemeral secret instead of the node's: how a meter shows an arbiter what a box on the chain holds. */
export function openBoxAsSender(sealed: Uint8Array, nodeKey: Uint8Array, ephemeralSecret: Uint8Array): Uint8Array {
  checkBytes(nodeKey, NODE_KEY_BYTES, 'nodeKey');
  const ephemeralKey = boxPublicKey(ephemeralSecret);
  if (isLowOrderKey(nodeKey)) throw lowOrder('nodeKey');
  if (!(sealed instanceof Uint8Array) || sealed.length < SEAL_OVERHEAD_BYTES) {
    throw new ProtocolError('wrong-size', 'sealed', `at least ${SEAL_OVERHEAD_BYTES} bytes`);
  }
  try {
    if (!equalBytes(sealed.subarray(0, 32), ephemeralKey)) throw new Error('sealed with another ephemeral secret');
    const nonce = sodium.crypto_generichash(NONCE_BYTES, concat(ephemeralKey, nodeKey), null);
    return sodium.crypto_box_open_easy(sealed.subarray(32), nonce, nodeKey, ephemeralSecret);
  } catch {
    throw new ProtocolError('not-decryptable', 'sealed', 'a box sealed to this key with this ephemeral secret');
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
