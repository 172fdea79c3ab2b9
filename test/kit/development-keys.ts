/** The repository's development keys: as snarkjs writes them, and as a genesis carries them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AnyCircuitName, MAIN_CIRCUIT_NAMES, type MainCircuitName, type PerCircuit, perCircuit } from '../../src/protocol/circuits.ts';
import { type VerificationKeyBytes, verificationKeyId } from '../../src/protocol/genesis/index.ts';
import { decodeVerificationKey, encodeKeyBytes, PUBLIC_INPUTS } from '../../src/reader/verifier/index.ts';
import { once } from './made-once.ts';

/** Of the folder with all keys. */
export const KEYS = fileURLToPath(new URL('../../circuits/keys', import.meta.url));

/** snarkjs' vk.json, parsed. */
export type VkJson = Record<string, unknown> & {
  vk_alpha_1: string[];
  vk_beta_2: string[][];
  vk_gamma_2: string[][];
  vk_delta_2: string[][];
  IC: string[][];
  nPublic: number;
};

export const verificationKeys = once(() => perCircuit((name) => JSON.parse(readFileSync(`${KEYS}/${name}.vk.json`, 'utf8')) as VkJson));

/** The points of a snarkjs key as bytes, which must be sound ones. */
export const bytesOf = (circuit: AnyCircuitName, vk: VkJson): VerificationKeyBytes =>
  encodeKeyBytes(decodeVerificationKey(vk, PUBLIC_INPUTS[circuit]));

/** The same of a key that need not be sound: whatever stands in the file, in bytes. */
export function rawBytesOf({ vk_alpha_1, vk_beta_2, vk_gamma_2, vk_delta_2, IC }: VkJson): VerificationKeyBytes {
  const g1 = ([x, y]: readonly string[]): string[] => [x, y];
  const g2 = ([x, y]: readonly (readonly string[])[]): string[] => [...x, ...y];
  const bytes = (coordinates: readonly string[]): Uint8Array =>
    Uint8Array.from(Buffer.from(coordinates.map((c) => BigInt(c).toString(16).padStart(64, '0')).join(''), 'hex'));
  return {
    alpha: bytes(g1(vk_alpha_1)),
    beta: bytes(g2(vk_beta_2)),
    gamma: bytes(g2(vk_gamma_2)),
    delta: bytes(g2(vk_delta_2)),
    ic: bytes(IC.flatMap(g1)),
  };
}

export const keyBytes = once(
  (): PerCircuit<VerificationKeyBytes> => perCircuit((circuit) => bytesOf(circuit, verificationKeys()[circuit])),
);

export const idsOf = (keys: PerCircuit<VerificationKeyBytes>): PerCircuit<string> =>
  perCircuit((circuit) => verificationKeyId(circuit, keys[circuit]));

export const keyIds = once(() => idsOf(keyBytes()));

/** Those of a chain of communities. */
export const mainKeyBytes = once(
  () =>
    Object.fromEntries(
      MAIN_CIRCUIT_NAMES.map((name) => [name, bytesOf(name, JSON.parse(readFileSync(`${KEYS}/${name}.vk.json`, 'utf8')) as VkJson)]),
    ) as Record<MainCircuitName, VerificationKeyBytes>,
);
