/**
 * The hash of a block header: the Merkle root of its fourteen fields, each encoded by itself (CometBFT spec, "Data structures: Header").
 *
 * Scalars are wrapped (StringValue, Int64Value, BytesValue), so each is field 1 of a message and absent when empty; the block id and
 * the time are plain messages. `version.app` is missing in JSON when it is 0. The hash of header h names everything the validators signed
 * at height h, and through last_block_id everything before.
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { U32_MAX } from '../values/time.ts';
import type { BlockIdJson, HeaderJson } from './json.ts';
import { malformed, readHex, readInt64, readObject, readString, readTime } from './json.ts';
import { merkleRoot } from './merkle.ts';
import { bytesField, messageField, varintField } from './proto.ts';

const HASH = [0, 32];

/** google.protobuf.Timestamp. */
export function encodeTime(time: unknown, field: string): Uint8Array {
  const { seconds, nanos } = readTime(time, field);
  return concatBytes(varintField(1, seconds), varintField(2, BigInt(nanos)));
}

/** BlockID; also the bytes of CanonicalBlockID. */
export function encodeBlockId(id: BlockIdJson, field: string): Uint8Array {
  const parts = readObject(readObject(id, field).parts, `${field}.parts`);
  const total = parts.total;
  if (!Number.isInteger(total) || (total as number) < 0 || (total as number) > U32_MAX) throw malformed(`${field}.parts.total`, 'a u32');
  const partSet = concatBytes(varintField(1, BigInt(total as number)), bytesField(2, readHex(parts.hash, `${field}.parts.hash`, HASH)));
  return concatBytes(bytesField(1, readHex(id.hash, `${field}.hash`, HASH)), messageField(2, partSet));
}

/** The header's hash, 32 bytes. @throws ProtocolError `malformed`, naming the field. */
export function headerHash(header: HeaderJson): Uint8Array {
  const h = readObject(header, 'header') as unknown as HeaderJson;
  const version = readObject(h.version, 'header.version');
  const hash = (name: keyof HeaderJson, lengths?: readonly number[]): Uint8Array =>
    bytesField(1, readHex(h[name], `header.${name}`, lengths));
  return merkleRoot([
    concatBytes(
      varintField(1, readInt64(version.block ?? 0, 'header.version.block')),
      varintField(2, readInt64(version.app ?? 0, 'header.version.app')),
    ),
    bytesField(1, utf8ToBytes(readString(h.chain_id, 'header.chain_id'))),
    varintField(1, readInt64(h.height, 'header.height')),
    encodeTime(h.time, 'header.time'),
    encodeBlockId(h.last_block_id, 'header.last_block_id'),
    hash('last_commit_hash', HASH),
    hash('data_hash', HASH),
    hash('validators_hash', HASH),
    hash('next_validators_hash', HASH),
    hash('consensus_hash', HASH),
    hash('app_hash'),
    hash('last_results_hash', HASH),
    hash('evidence_hash', HASH),
    hash('proposer_address', [0, 20]),
  ]);
}
