/**
 * `light.json`: signed headers in rising order, and the validator sets they name, each once, by its hash.
 *
 * Headers and commits have the values of a node's RPC, because hashes and signatures cover nanoseconds and exact fields; what is in them is
 * read strictly by the light client alone.
 */
import type { CommitJson, HeaderJson, LightBlock, ValidatorJson } from '../comet/json.ts';
import { readBase64, readObject, readString } from '../comet/json.ts';
import { consensusAddress } from '../comet/validators.ts';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { array, object, record, type Shape, text } from '../values/shape.ts';

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
  return canonicalJson({
    format: LIGHT_FORMAT,
    chainId: kept[0].header.chain_id,
    sets: Object.fromEntries(kept.map(({ header, validators }) => [header.validators_hash.toLowerCase(), validators])),
    blocks: kept.map(({ header, commit }) => ({ header, commit })),
  } as unknown as Json);
}

const hexOf = (bytes: Uint8Array): string =>
  [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

/** A set as the light client takes it. */
export function lightValidators(value: unknown, field: string): ValidatorJson[] {
  return array(value, field).map((entry, i) => {
    const { key, power } = object(entry, `${field}[${i}]`, ['key', 'power']);
    return {
      address: hexOf(consensusAddress(readBase64(key, `${field}[${i}].key`))),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: readString(key, `${field}[${i}].key`) },
      voting_power: readString(power, `${field}[${i}].power`),
    };
  });
}

const HEADER = [
  'version',
  'chain_id',
  'height',
  'time',
  'last_block_id',
  'last_commit_hash',
  'data_hash',
  'validators_hash',
  'next_validators_hash',
  'consensus_hash',
  'app_hash',
  'last_results_hash',
  'evidence_hash',
  'proposer_address',
];

/** Hashes and times have one spelling, that of Go: what they are hashed from would let others through. */
const hash = (value: unknown, field: string): string => text(value, field, /^([0-9A-F]{2})*$/, 'bytes in upper-case hex');
const time = (value: unknown, field: string): string =>
  text(
    value,
    field,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$/,
    'an RFC 3339 time in UTC, without zeros at the end of its fraction',
  );

/** Nothing beside what the light client reads: what nobody checks has no place in a bundle. */
function assertShape({ header, commit }: Shape, field: string): void {
  const h = object(header, `${field}.header`, HEADER);
  const version = object(h.version, `${field}.header.version`, ['block'], ['app']);
  if (version.app === '0') throw new ProtocolError('unparsable', `${field}.header.version.app`, 'none where it is 0');
  for (const name of HEADER) if (name.endsWith('_hash') || name.endsWith('_address')) hash(h[name], `${field}.header.${name}`);
  time(h.time, `${field}.header.time`);
  const blockId = (value: unknown, at: string): void => {
    const id = object(value, at, ['hash', 'parts']);
    hash(id.hash, `${at}.hash`);
    hash(object(id.parts, `${at}.parts`, ['total', 'hash']).hash, `${at}.parts.hash`);
  };
  blockId(h.last_block_id, `${field}.header.last_block_id`);
  const c = object(commit, `${field}.commit`, ['height', 'round', 'block_id', 'signatures']);
  blockId(c.block_id, `${field}.commit.block_id`);
  for (const [i, entry] of array(c.signatures, `${field}.commit.signatures`).entries()) {
    const at = `${field}.commit.signatures[${i}]`;
    const vote = object(entry, at, ['block_id_flag', 'validator_address', 'timestamp', 'signature']);
    hash(vote.validator_address, `${at}.validator_address`);
    time(vote.timestamp, `${at}.timestamp`);
  }
}

/** Each set once, and none that no header names. */
function assertAllNamed(sets: Shape, named: ReadonlySet<string>): void {
  for (const hash of Object.keys(sets))
    if (!named.has(hash)) throw new ProtocolError('malformed', 'light.sets', 'sets that a header names');
}

export interface LightFile {
  chainId: string;
  /** as the light client takes them */
  blocks: LightBlock[];
}

/** @param bytes the file's exact text, which must be canonical. @throws ProtocolError naming the field */
export function readLightFile(bytes: string): LightFile {
  const file = object(parseCanonical(bytes, 'light'), 'light', ['format', 'chainId', 'sets', 'blocks']);
  if (file.format !== LIGHT_FORMAT) throw new ProtocolError('unparsable', 'light.format', LIGHT_FORMAT);
  const sets = record(file.sets, 'light.sets');
  const blocks = readBlocks(file.blocks, sets);
  assertAllNamed(sets, new Set(blocks.map(({ signed_header: { header } }) => header.validators_hash.toLowerCase())));
  return { chainId: text(file.chainId, 'light.chainId'), blocks };
}

function readBlocks(value: unknown, sets: Shape): LightBlock[] {
  const blocks = array(value, 'light.blocks');
  if (blocks.length === 0 || blocks.length > BLOCKS_MAX)
    throw new ProtocolError('unparsable', 'light.blocks', `1 to ${BLOCKS_MAX} headers`);
  const seen = new Set<string>();
  return blocks.map((entry, i) => {
    const field = `light.blocks[${i}]`;
    const written = canonicalJson(entry);
    if (seen.has(written)) throw new ProtocolError('unparsable', field, 'each header once');
    seen.add(written);
    const block = object(entry, field, ['header', 'commit']);
    assertShape(block, field);
    const { header, commit } = block as unknown as LightBlock['signed_header'];
    const named = readString(readObject(header, `${field}.header`).validators_hash, `${field}.header.validators_hash`).toLowerCase();
    if (!Object.hasOwn(sets, named)) {
      const known = /^[0-9a-f]{64}$/.test(named) ? named : '?';
      throw new ProtocolError('malformed', `light.sets.${known}`, `the set that header ${i} of the file names`);
    }
    return { signed_header: { header, commit }, validator_set: { validators: lightValidators(sets[named], `light.sets.${named}`) } };
  });
}
