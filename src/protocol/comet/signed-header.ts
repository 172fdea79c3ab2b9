/**
 * A signed header in the encoding that CometBFT sends it in (tendermint.types.SignedHeader), from raw RPC JSON: what one chain shows
 * another. Hashes and signatures are over other bytes, field by field (header.ts, commit.ts).
 */
import { concatBytes, utf8ToBytes } from './bytes.ts';
import { encodeCommitSig } from './commit.ts';
import { encodeBlockId, encodeTime } from './header.ts';
import type { CommitJson, HeaderJson } from './json.ts';
import { readArray, readHex, readInt64, readObject, readString } from './json.ts';
import { bytesField, messageField, varintField } from './proto.ts';

/** Fields of the header that are bytes, in the order of their numbers. */
export const HEADER_HASHES = [
  'last_commit_hash',
  'data_hash',
  'validators_hash',
  'next_validators_hash',
  'consensus_hash',
  'app_hash',
  'last_results_hash',
  'evidence_hash',
  'proposer_address',
] as const;
/** Field of the first of them. */
export const FIRST_HEADER_HASH = 6;

function encodeHeader(header: HeaderJson): Uint8Array {
  const version = readObject(header.version, 'header.version');
  return concatBytes(
    messageField(
      1,
      concatBytes(
        varintField(1, readInt64(version.block ?? 0, 'header.version.block')),
        varintField(2, readInt64(version.app ?? 0, 'header.version.app')),
      ),
    ),
    bytesField(2, utf8ToBytes(readString(header.chain_id, 'header.chain_id'))),
    varintField(3, readInt64(header.height, 'header.height')),
    messageField(4, encodeTime(header.time, 'header.time')),
    messageField(5, encodeBlockId(header.last_block_id, 'header.last_block_id')),
    ...HEADER_HASHES.map((name, i) => bytesField(FIRST_HEADER_HASH + i, readHex(header[name], `header.${name}`))),
  );
}

function encodeCommit(commit: CommitJson): Uint8Array {
  readArray(commit.signatures, 'commit.signatures');
  return concatBytes(
    varintField(1, readInt64(commit.height, 'commit.height')),
    varintField(2, readInt64(commit.round ?? 0, 'commit.round')),
    messageField(3, encodeBlockId(commit.block_id, 'commit.block_id')),
    ...commit.signatures.map((vote, i) => messageField(4, encodeCommitSig(vote, `commit.signatures[${i}]`))),
  );
}

/** @throws ProtocolError `malformed`, naming the field */
export const encodeSignedHeader = ({ header, commit }: { header: HeaderJson; commit: CommitJson }): Uint8Array =>
  concatBytes(messageField(1, encodeHeader(header)), messageField(2, encodeCommit(commit)));
