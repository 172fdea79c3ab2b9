/**
 * The verification keys that ship with the project, by their hash. They are development keys: circuits/keys/development.json marks them.
 */
import { readFileSync } from 'node:fs';
import { canonicalJson, type Json } from '../../protocol/values/canonical.ts';
import { verificationKeyHash } from '../../reader/verifier/key-hash.ts';
import { KEYS_DIR } from './paths.ts';

/** hash → canonical text */
export function shippedKeys(): Record<string, string> {
  return Object.fromEntries(
    ['day-bill', 'clearing'].map((name) => {
      const key = JSON.parse(readFileSync(`${KEYS_DIR}${name}.vk.json`, 'utf8')) as Json;
      return [verificationKeyHash(key), canonicalJson(key)];
    }),
  );
}

/** Hashes of both keys, as a genesis carries them. */
export function shippedKeyHashes(): { dayBill: string; clearing: string } {
  const hashOf = (name: string) => verificationKeyHash(JSON.parse(readFileSync(`${KEYS_DIR}${name}.vk.json`, 'utf8')));
  return { dayBill: hashOf('day-bill'), clearing: hashOf('clearing') };
}
