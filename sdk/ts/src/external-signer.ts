/**
 * A key that this program never sees: in a secure element, a TPM, a program of its own. Whatever signs there is held to what the chain
 * takes: 64 bytes r ‖ s with low s, by the key that it names. Chips give either s, so the low one is made of it here.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Signer } from '../../../src/protocol/messages/sign.ts';
import { accountOfPublicKey, accountText } from '../../../src/protocol/values/address.ts';
import { ProtocolError } from '../../../src/protocol/values/errors.ts';

const ORDER = secp256k1.Point.CURVE().n;

export interface ExternalKey {
  /** Compressed secp256k1, 33 bytes. */
  publicKey: Uint8Array;
  /** 64 bytes r ‖ s over a 32-byte digest, which is not hashed again. */
  sign(digest: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** @throws ProtocolError where `publicKey` is no key; what it signs rejects with one where the signature is none of that key */
export function externalSigner({ publicKey, sign }: ExternalKey): Signer {
  if (publicKey.length !== 33 || !secp256k1.utils.isValidPublicKey(publicKey, true))
    throw new ProtocolError('out-of-range', 'publicKey', 'a compressed secp256k1 key of 33 bytes');
  return {
    publicKey,
    address: accountText(accountOfPublicKey(publicKey)),
    async sign(digest) {
      const signature = lowOf(await sign(digest));
      if (!secp256k1.verify(signature, digest, publicKey, { prehash: false, lowS: true }))
        throw new ProtocolError('out-of-range', 'signature', 'one over the digest itself by the key that was named');
      return signature;
    },
  };
}

function lowOf(bytes: Uint8Array): Uint8Array {
  try {
    const { r, s } = secp256k1.Signature.fromBytes(bytes, 'compact');
    return new secp256k1.Signature(r, s > ORDER / 2n ? ORDER - s : s).toBytes('compact');
  } catch {
    throw new ProtocolError('out-of-range', 'signature', '64 bytes r ‖ s');
  }
}
