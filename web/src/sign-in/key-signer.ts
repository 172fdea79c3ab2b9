/** A wallet's key that is in the page: read from a file or typed, used to sign one text, and never sent. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { accountOfPublicKey, accountText, signedTextDigest } from '../../../src/protocol/index.ts';
import type { Signer } from '../api/session.ts';

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** @returns null where the text is no key: 32 bytes in hex */
export function keySigner(text: string): Signer | null {
  const hex = text.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) return null;
  const key = hexToBytes(hex);
  if (!secp256k1.utils.isValidSecretKey(key)) return null;
  const publicKey = secp256k1.getPublicKey(key, true);
  const address = accountText(accountOfPublicKey(publicKey));
  return {
    address,
    sign: (message) => ({
      pubKey: base64(publicKey),
      signature: base64(secp256k1.sign(signedTextDigest(address, message), key, { prehash: false, lowS: true, format: 'compact' })),
    }),
  };
}
