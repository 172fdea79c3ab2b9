/** The repository's development keys, as a bundle carries them: canonical JSON, filed under its hash. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalJson, type Json } from '../../src/protocol/index.ts';
import { verificationKeyHash } from '../../src/reader/verifier/index.ts';
import { once } from './made-once.ts';

const KEYS = fileURLToPath(new URL('../../circuits/keys', import.meta.url));

/** snarkjs' vk.json, parsed. */
export type VkJson = Record<string, unknown> & {
  vk_alpha_1: string[];
  vk_beta_2: string[][];
  vk_gamma_2: string[][];
  vk_delta_2: string[][];
  IC: string[][];
  nPublic: number;
};

export const verificationKeys = once(() => {
  const read = (name: string) => JSON.parse(readFileSync(`${KEYS}/${name}.vk.json`, 'utf8')) as VkJson;
  return { dayBill: read('day-bill'), clearing: read('clearing'), substitute: read('substitute') };
});

export const keyHashes = once(() => ({
  dayBill: verificationKeyHash(verificationKeys().dayBill),
  clearing: verificationKeyHash(verificationKeys().clearing),
  substitute: verificationKeyHash(verificationKeys().substitute),
}));

export const keyText = (key: VkJson): string => canonicalJson(key as Json);
