/**
 * Signing a text with a Cosmos wallet: ADR-36, an amino transaction that can never be one (no chain id, no account number, no fee, sequence 0,
 * one message of type sign/MsgSignData). Wallets offer it as "sign arbitrary". Browser-capable: no node module here.
 *
 * Verified strictly: compressed public key, 64-byte signature with low s (the other s is a second signature of the same text), and the address
 * recomputed from the key. Trap: cosmjs' own Secp256k1.verifySignature accepts a high s.
 */
import { rawSecp256k1PubkeyToRawAddress, serializeSignDoc } from '@cosmjs/amino';
import type { StdSignDoc } from '@cosmjs/amino';
import { toBase64, toBech32 } from '@cosmjs/encoding';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ADDRESS_PREFIX } from '../protocol/day.ts';

/** The document whose canonical JSON the wallet signs. */
export function signDocOf(signer: string, text: string): StdSignDoc {
  return {
    chain_id: '', account_number: '0', sequence: '0', fee: { gas: '0', amount: [] }, memo: '',
    msgs: [{ type: 'sign/MsgSignData', value: { signer, data: toBase64(new TextEncoder().encode(text)) } }],
  };
}

const addressOf = (publicKey: Uint8Array): string => toBech32(ADDRESS_PREFIX, rawSecp256k1PubkeyToRawAddress(publicKey));

/** The wallet address of a private key of 32 bytes. */
export const addressOfKey = (privateKey: Uint8Array): string => addressOf(secp256k1.getPublicKey(privateKey, true));

export type SignatureFault = 'public-key' | 'signature' | 'address';

/** What is wrong with a signature over `text` by `address`: null if nothing. `publicKey` 33 bytes, `signature` r ‖ s, 64 bytes. */
export function signatureFault({ address, publicKey, signature, text }: { address: string; publicKey: Uint8Array; signature: Uint8Array; text: string }): SignatureFault | null {
  if (publicKey.length !== 33 || !secp256k1.utils.isValidPublicKey(publicKey, true)) return 'public-key';
  if (addressOf(publicKey) !== address) return 'address';
  if (signature.length !== 64) return 'signature';
  try {
    const digest = sha256(serializeSignDoc(signDocOf(address, text)));
    return secp256k1.verify(signature, digest, publicKey, { prehash: false, lowS: true, format: 'compact' }) ? null : 'signature';
  } catch {
    return 'signature'; // r or s out of range
  }
}

/** Signs as a wallet would. `privateKey` 32 bytes. */
export function signText({ address, privateKey, text }: { address: string; privateKey: Uint8Array; text: string }): { publicKey: Uint8Array; signature: Uint8Array } {
  const digest = sha256(serializeSignDoc(signDocOf(address, text)));
  return { publicKey: secp256k1.getPublicKey(privateKey, true), signature: secp256k1.sign(digest, privateKey, { prehash: false, lowS: true, format: 'compact' }) };
}
