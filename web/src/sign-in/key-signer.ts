/** A wallet's key that is in the page: read from a file, typed or made here, used to sign one text, and never sent. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { accountOfPublicKey, accountText, signedTextDigest } from '../../../src/protocol/index.ts';
import type { Signer } from '../api/session.ts';

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** @returns null where the text is no key: 32 bytes in hex, spaces between them or none */
export function readKey(text: string): Uint8Array | null {
  const hex = text.replace(/\s+/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) return null;
  const key = hexToBytes(hex);
  return secp256k1.utils.isValidSecretKey(key) ? key : null;
}

export const makeKey = (): Uint8Array => secp256k1.utils.randomSecretKey();

export const addressOf = (key: Uint8Array): string => accountText(accountOfPublicKey(secp256k1.getPublicKey(key, true)));

/** As it stands on paper: groups of four. */
export const keyOnPaper = (key: Uint8Array): string => bytesToHex(key).replace(/(.{4})(?=.)/g, '$1 ');

export function signerOf(key: Uint8Array): Signer {
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
