/**
 * The name of a verification key: SHA-256 of its RFC 8785 canonical JSON, lower-case hex. Genesis pins keys by it, bundles file them under
 * it. Every field of the file enters, also those that verification never reads, so that one key has one file content up to white space.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** @param verificationKey the parsed JSON of a vk.json file */
export function verificationKeyHash(verificationKey: unknown): string {
  const text = canonicalize(verificationKey);
  if (text === undefined) throw new TypeError('verification key: expected a JSON value');
  return bytesToHex(sha256(utf8ToBytes(text)));
}
