/**
 * `light.json`: signed headers in rising order, and the validator sets they name, each once, by its hash.
 *
 * Headers and commits are the text of a node's RPC, because hashes and signatures cover nanoseconds and exact fields: so the file is no
 * canonical JSON, and what is in them is read strictly by the light client alone.
 */
import type { CommitJson, HeaderJson, LightBlock, ValidatorJson } from '../comet/json.ts';
import { readArray, readBase64, readObject, readString } from '../comet/json.ts';
import { consensusAddress } from '../comet/validators.ts';
import { ProtocolError } from '../values/errors.ts';

export const LIGHT_FORMAT = 'electra/light/v1';

const BLOCKS_MAX = 100_000;

/** A validator as the file has it: what is under its set's hash and nothing else. */
export interface LightValidator {
  /** Ed25519, base64 */
  key: string;
  power: string;
}

/** A header as a node keeps it, with its commit and the set that it names. */
export interface KeptHeader {
  header: HeaderJson;
  commit: CommitJson;
  validators: readonly LightValidator[];
}

/** `kept`: at least one, heights rising */
export function encodeLightFile(kept: readonly KeptHeader[]): string {
  return JSON.stringify({
    format: LIGHT_FORMAT,
    chainId: kept[0].header.chain_id,
    sets: Object.fromEntries(kept.map(({ header, validators }) => [header.validators_hash.toLowerCase(), validators])),
    blocks: kept.map(({ header, commit }) => ({ header, commit })),
  });
}

const hexOf = (bytes: Uint8Array): string =>
  [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

function validatorsOf(value: unknown, field: string): ValidatorJson[] {
  return readArray(value, field).map((entry, i) => {
    const { key, power } = readObject(entry, `${field}[${i}]`);
    return {
      address: hexOf(consensusAddress(readBase64(key, `${field}[${i}].key`))),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: readString(key, `${field}[${i}].key`) },
      voting_power: readString(power, `${field}[${i}].power`),
    };
  });
}

/** The file's blocks, as the light client takes them. @param json the parsed file @throws ProtocolError naming the field */
export function readLightFile(json: unknown): LightBlock[] {
  const file = readObject(json, 'light');
  if (file.format !== LIGHT_FORMAT) throw new ProtocolError('unparsable', 'light.format', LIGHT_FORMAT);
  const sets = readObject(file.sets, 'light.sets');
  const blocks = readArray(file.blocks, 'light.blocks');
  if (blocks.length === 0 || blocks.length > BLOCKS_MAX)
    throw new ProtocolError('unparsable', 'light.blocks', `1 to ${BLOCKS_MAX} headers`);
  return blocks.map((entry, i) => {
    const field = `light.blocks[${i}]`;
    const { header, commit } = readObject(entry, field) as unknown as LightBlock['signed_header'];
    const hash = readString(readObject(header, `${field}.header`).validators_hash, `${field}.header.validators_hash`).toLowerCase();
    if (!Object.hasOwn(sets, hash)) {
      const named = /^[0-9a-f]{64}$/.test(hash) ? hash : '?';
      throw new ProtocolError('malformed', `light.sets.${named}`, `the set that header ${i} of the file names`);
    }
    return { signed_header: { header, commit }, validator_set: { validators: validatorsOf(sets[hash], `light.sets.${hash}`) } };
  });
}
