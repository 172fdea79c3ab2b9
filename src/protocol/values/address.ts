/**
 * Accounts: 20 bytes, RIPEMD-160(SHA-256(compressed secp256k1 public key)), written in bech32 with the prefix `electra`. One spelling
 * only (lower case), because state keys and messages are compared as text.
 */
import { fromBech32, toBech32 } from '@cosmjs/encoding';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { checkBytes } from './checks.ts';
import { ProtocolError } from './errors.ts';
import { bigEndian } from './field.ts';

export const ADDRESS_PREFIX = 'electra';
export const ADDRESS_BYTES = 20;

/** The 20 bytes behind a bech32 address of this network. */
export function addressBytes(address: string, field = 'address'): Uint8Array {
  // 90 characters: the limit of BIP-173. The default (none) is refused by the base library underneath.
  let decoded: { prefix: string; data: Uint8Array };
  try {
    decoded = fromBech32(address, 90);
  } catch {
    throw new ProtocolError('out-of-range', field, `a bech32 address ${ADDRESS_PREFIX}1…`);
  }
  if (decoded.prefix !== ADDRESS_PREFIX || decoded.data.length !== ADDRESS_BYTES || address !== address.toLowerCase()) {
    throw new ProtocolError('out-of-range', field, `a lower-case bech32 address ${ADDRESS_PREFIX}1… of 20 bytes`);
  }
  return decoded.data;
}

/** The meter's 20 address bytes as a field element. */
export const meterTag = (address: string): bigint => bigEndian(addressBytes(address, 'meter'));

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
