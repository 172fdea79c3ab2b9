/**
 * light.json of a bundle: signed headers in rising order and the validator sets they name, each once (docs/audit.md).
 *
 * Headers and commits are the text of a node's RPC, because hashes and signatures cover nanoseconds and exact fields; the light client reads them strictly.
 */
import { LightError, type LightBlock } from '../light/index.ts';
import { consensusAddress, readArray, readBase64, readObject, readString, type ValidatorJson } from '../../protocol/comet/index.ts';
import { LIGHT_FORMAT, ProtocolError } from '../../protocol/index.ts';

const BLOCKS_MAX = 100_000;

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

/** The file's blocks, as the light client takes them. @throws ProtocolError naming the field */
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
    if (!Object.hasOwn(sets, hash))
      throw new LightError(
        'malformed',
        `light.sets.${/^[0-9a-f]{64}$/.test(hash) ? hash : '?'}`,
        `the set that header ${i} of the file names`,
      );
    return { signed_header: { header, commit }, validator_set: { validators: validatorsOf(sets[hash], `light.sets.${hash}`) } };
  });
}
