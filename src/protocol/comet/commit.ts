/**
 * A commit: the precommits of a height, and the rule that more than two thirds of the power signed one block.
 *
 * What a validator signs is a CanonicalVote behind its length: type 2, height and round as fixed64 (round 0 absent), the block id, its
 * own timestamp, the chain id. A vote for nil leaves the block id out and carries no power, yet must still be genuine; an absent one
 * carries the year 1. Every signature shown is checked, not only the first two thirds: a node that shows a false one is lying.
 * CometBFT verifies Ed25519 by ZIP-215, so `verify` must accept what that accepts.
 */
import { ProtocolError } from '../values/errors.ts';
import { concatBytes, equalBytes, utf8ToBytes } from './bytes.ts';
import { encodeBlockId, encodeTime } from './header.ts';
import type { CommitJson, CommitSigJson } from './json.ts';
import { malformed, readArray, readBase64, readHeight, readHex, readInt64, readObject } from './json.ts';
import { merkleRoot } from './merkle.ts';
import { bytesField, delimited, fixed64Field, messageField, varintField } from './proto.ts';
import type { ValidatorSet } from './validators.ts';

/** Ed25519 by ZIP-215. */
export type VerifyEd25519 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

const ABSENT = 1;
const FOR_BLOCK = 2;
const FOR_NIL = 3;
const PRECOMMIT = 2n;

/** The bytes that the validator behind `commit.signatures[index]` signed. */
export function voteSignBytes(chainId: string, commit: CommitJson, index: number): Uint8Array {
  const field = `commit.signatures[${index}]`;
  const vote = commit.signatures[index];
  return delimited(
    concatBytes(
      varintField(1, PRECOMMIT),
      fixed64Field(2, readInt64(commit.height, 'commit.height')),
      fixed64Field(3, readInt64(commit.round ?? 0, 'commit.round')),
      vote.block_id_flag === FOR_BLOCK ? messageField(4, encodeBlockId(commit.block_id, 'commit.block_id')) : new Uint8Array(0),
      messageField(5, encodeTime(vote.timestamp, `${field}.timestamp`)),
      bytesField(6, utf8ToBytes(chainId)),
    ),
  );
}

/** CommitSig. */
export const encodeCommitSig = (vote: CommitSigJson, field: string): Uint8Array =>
  concatBytes(
    varintField(1, readInt64(vote.block_id_flag, `${field}.block_id_flag`)),
    bytesField(2, readHex(vote.validator_address, `${field}.validator_address`, [0, 20])),
    messageField(3, encodeTime(vote.timestamp, `${field}.timestamp`)),
    bytesField(4, vote.signature === null ? new Uint8Array(0) : readBase64(vote.signature, `${field}.signature`)),
  );

/** last_commit_hash of the header that carries this commit. */
export const commitHash = (commit: CommitJson): Uint8Array =>
  merkleRoot(commit.signatures.map((vote, i) => encodeCommitSig(vote, `commit.signatures[${i}]`)));

/** What a commit has to say. */
export interface CommitCheck {
  chainId: string;
  height: number;
  /** hash of the header that it must be for */
  blockHash: Uint8Array;
  /** the set whose hash is the header's validators_hash */
  validators: ValidatorSet;
  verify: VerifyEd25519;
}

/**
 * @throws ProtocolError `malformed`, `wrong-block`, `bad-signature` or `insufficient-power`, naming the field. Returns the power that
 * signed.
 */
export function verifyCommit(commit: CommitJson, { chainId, height, blockHash, validators, verify }: CommitCheck): bigint {
  const signatures = readArray(readObject(commit, 'commit').signatures, 'commit.signatures');
  if (readHeight(commit.height, 'commit.height') !== height) throw new ProtocolError('wrong-block', 'commit.height', `${height}`);
  if (!equalBytes(readHex(readObject(commit.block_id, 'commit.block_id').hash, 'commit.block_id.hash'), blockHash)) {
    throw new ProtocolError('wrong-block', 'commit.block_id.hash', `the hash of header ${height}`);
  }
  if (signatures.length !== validators.validators.length) {
    throw malformed('commit.signatures', `one entry for each of ${validators.validators.length} validators`);
  }
  let power = 0n;
  for (let i = 0; i < signatures.length; i++) {
    if (verifyVote(commit, i, chainId, validators, verify)) power += validators.validators[i].power;
  }
  if (power * 3n <= validators.totalPower * 2n) {
    throw new ProtocolError(
      'insufficient-power',
      'commit.signatures',
      `more than two thirds of ${validators.totalPower} in power, not ${power}`,
    );
  }
  return power;
}

/** Whether the vote is one for the block. */
function verifyVote(commit: CommitJson, index: number, chainId: string, { validators }: ValidatorSet, verify: VerifyEd25519): boolean {
  const field = `commit.signatures[${index}]`;
  const vote = readObject(commit.signatures[index], field) as unknown as CommitSigJson;
  if (vote.block_id_flag === ABSENT) return false;
  if (vote.block_id_flag !== FOR_BLOCK && vote.block_id_flag !== FOR_NIL) throw malformed(`${field}.block_id_flag`, '1, 2 or 3');
  const { address, publicKey } = validators[index];
  if (!equalBytes(readHex(vote.validator_address, `${field}.validator_address`, [20]), address)) {
    throw new ProtocolError('bad-signature', `${field}.validator_address`, `the address of validator ${index}`);
  }
  const signature = readBase64(vote.signature, `${field}.signature`);
  if (signature.length !== 64 || !verify(signature, voteSignBytes(chainId, commit, index), publicKey)) {
    throw new ProtocolError('bad-signature', `${field}.signature`, `validator ${index}'s signature over block ${commit.height}`);
  }
  return vote.block_id_flag === FOR_BLOCK;
}
