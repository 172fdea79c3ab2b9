/**
 * A light block: a header, the commit that signed it, and the set of validators that it names (CometBFT's LightBlock).
 *
 * The JSON is the RPC's own, from `/commit` and `/validators` (all pages), because hashes cover nanoseconds that a client library's Date
 * loses. A block is read once: its set hashes to the header's validators_hash, more than two thirds of that set's power signed the header's
 * hash, and no validator stands in the set twice. That makes a header consistent with its own set, which a liar can do too: whether the set
 * is to be believed is client.ts's question.
 *
 * Trap: a set in which one key stands twice would let one validator count twice towards "more than a third of the trusted set".
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { HeaderJson, LightBlock, ValidatorJson, ValidatorSet, VerifyEd25519 } from '../../protocol/comet/index.ts';
import {
  equalBytes,
  headerHash,
  readArray,
  readHeight,
  readHex,
  readObject,
  readTime,
  readValidatorSet,
  verifyCommit,
} from '../../protocol/comet/index.ts';
import { LightError, within } from './errors.ts';

export type { LightBlock };

/** What a header says that more than two thirds of its own set signed. Its app hash is of the state after the block BEFORE it. */
export interface Header {
  height: number;
  /** 32 bytes */
  hash: Uint8Array;
  appHash: Uint8Array;
  /** hash of the block before; empty at the first */
  lastBlockHash: Uint8Array;
  /** RFC 3339 with up to nine digits of a second, as signed */
  time: string;
  /** whole seconds of `time`, real time, rounded down */
  timeUnixS: number;
  /** the nanoseconds beyond them */
  timeNanos: number;
  validatorsHash: Uint8Array;
  nextValidatorsHash: Uint8Array;
  validators: ValidatorSet;
  /** addresses of those who voted for the block, lower-case hex: their signatures are checked */
  signers: ReadonlySet<string>;
  /** of the commit */
  round: number;
}

/** Sets larger than this are no community's. */
const VALIDATORS_MAX = 10_000;
const FOR_BLOCK = 2;

function readHeader(json: HeaderJson): Omit<Header, 'validators' | 'signers' | 'round'> {
  const hash = headerHash(json);
  const { seconds, nanos } = readTime(json.time, 'header.time');
  return {
    height: readHeight(json.height, 'header.height'),
    hash,
    appHash: readHex(json.app_hash, 'header.app_hash'),
    lastBlockHash: readHex(json.last_block_id.hash, 'header.last_block_id.hash', [0, 32]),
    time: json.time,
    timeUnixS: Number(seconds),
    timeNanos: nanos,
    validatorsHash: readHex(json.validators_hash, 'header.validators_hash', [32]),
    nextValidatorsHash: readHex(json.next_validators_hash, 'header.next_validators_hash', [32]),
  };
}

function readSet(json: unknown, hash: Uint8Array): ValidatorSet {
  const list = readArray(readObject(json, 'validator_set').validators, 'validator_set.validators') as ValidatorJson[];
  if (list.length > VALIDATORS_MAX) throw new LightError('malformed', 'validator_set.validators', `at most ${VALIDATORS_MAX}`);
  const set = readValidatorSet(list);
  if (!equalBytes(set.hash, hash)) throw new LightError('wrong-block', 'validator_set', 'the set whose hash is header.validators_hash');
  if (new Set(set.validators.map(({ address }) => bytesToHex(address))).size !== list.length)
    throw new LightError('malformed', 'validator_set.validators', 'each validator once');
  return set;
}

/**
 * Reads a light block and checks it by itself: hashes, set, every signature shown, more than two thirds.
 * @throws LightError naming height and field
 */
export function readLightBlock(block: LightBlock, chainId: string, verify: VerifyEd25519): Header {
  return within(`header ${heightOf(block)}`, () => {
    const signed = readObject(readObject(block, 'light block').signed_header, 'signed_header') as unknown as LightBlock['signed_header'];
    const header = readHeader(signed.header);
    if (signed.header.chain_id !== chainId) throw new LightError('wrong-chain', 'header.chain_id', chainId);
    const validators = readSet(block.validator_set, header.validatorsHash);
    verifyCommit(signed.commit, { chainId, height: header.height, blockHash: header.hash, validators, verify });
    const votes = signed.commit.signatures;
    const signers = new Set(
      validators.validators.filter((_, i) => votes[i].block_id_flag === FOR_BLOCK).map(({ address }) => bytesToHex(address)),
    );
    return { ...header, validators, signers, round: readHeight(signed.commit.round ?? 0, 'commit.round') };
  });
}

/** The height that a block claims, for messages. */
function heightOf(block: LightBlock): string {
  const height: unknown = (block as Partial<LightBlock> | null)?.signed_header?.header?.height;
  return typeof height === 'string' && /^\d{1,19}$/.test(height) ? height : '(no height)';
}
