/**
 * A text signed by a chain account: ADR-36, an amino document that can never be a transaction (no chain id, no account number, no fee,
 * sequence 0, one message of type sign/MsgSignData). Wallets offer it as "sign arbitrary"; the operator's key signs invoices so. No node
 * module, no wallet library.
 *
 * Verified strictly: compressed public key, 64-byte signature with low s (the other s is a second signature of the same text), and the
 * address recomputed from the key. The document's JSON is amino's: sorted keys, and `<`, `>`, `&` escaped, which base64 and addresses do
 * not contain.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { accountOfPublicKey, accountText } from '../values/address.ts';
import { canonicalJson, type Json } from '../values/canonical.ts';

export type SignatureFault = 'public-key' | 'signature' | 'address';

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** The bytes whose SHA-256 the account `signer` signs for `text`. */
export function signedTextBytes(signer: string, text: string): Uint8Array {
  const document: Json = {
    account_number: '0',
    chain_id: '',
    fee: { amount: [], gas: '0' },
    memo: '',
    sequence: '0',
    msgs: [{ type: 'sign/MsgSignData', value: { data: base64(utf8ToBytes(text)), signer } }],
  };
  return utf8ToBytes(canonicalJson(document));
}

/** The digest to sign: 32 bytes. */
export const signedTextDigest = (signer: string, text: string): Uint8Array => sha256(signedTextBytes(signer, text));

/** What is wrong with a signature over `text` by `address`: null if nothing. `publicKey` 33 bytes, `signature` r ‖ s, 64 bytes. */
export function signatureFault({
  address,
  publicKey,
  signature,
  text,
}: {
  address: string;
  publicKey: Uint8Array;
  signature: Uint8Array;
  text: string;
}): SignatureFault | null {
  if (publicKey.length !== 33 || !secp256k1.utils.isValidPublicKey(publicKey, true)) return 'public-key';
  if (accountText(accountOfPublicKey(publicKey)) !== address) return 'address';
  if (signature.length !== 64) return 'signature';
  try {
    return secp256k1.verify(signature, signedTextDigest(address, text), publicKey, { prehash: false, lowS: true, format: 'compact' })
      ? null
      : 'signature';
  } catch {
    return 'signature'; // r or s out of range
  }
}
