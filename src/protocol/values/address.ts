/**
 * Accounts: 20 bytes, RIPEMD-160(SHA-256(compressed secp256k1 public key)), written in bech32 with the prefix `electra`. One spelling
 * only (lower case), because state keys and messages are compared as text.
 */
import { toBech32 } from '@cosmjs/encoding';
import { sha256 } from '@noble/hashes/sha2.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { checkBytes } from './checks.ts';
import { ADDRESS_PREFIX, addressBytes } from '../meter/commitment.ts';

export const ADDRESS_BYTES = 20;

/** An account as bech32 text or as its 20 bytes. */
export type Account = string | Uint8Array;

/** The 20 bytes of an account. */
export function accountBytes(account: Account, field = 'address'): Uint8Array {
  return typeof account === 'string' ? addressBytes(account, field) : checkBytes(account, ADDRESS_BYTES, field);
}

/** The bech32 text of an account. */
export function accountText(account: Account, field = 'address'): string {
  return toBech32(ADDRESS_PREFIX, accountBytes(account, field));
}

/** The 20 address bytes of a compressed secp256k1 public key (33 bytes). */
export function accountOfPublicKey(publicKey: Uint8Array): Uint8Array {
  return ripemd160(sha256(checkBytes(publicKey, 33, 'publicKey')));
}
