/**
 * Which of a node's blocks are true (the indexer's light client).
 *
 * Trust moves forward from a height: its block hash, the hash of the next validator set, and the hash of its results. A batch above it
 * is believed when every header links to the one before, transactions hash to data_hash, the results of each block hash to the next
 * header's last_results_hash, every set is the one announced before, and more than two thirds of the power signed the LAST header:
 * through the hash links one commit vouches for all of the batch. Trap: that only holds while the set stays the same. A header that
 * announces another set is therefore verified by its own commit (from the next block), or a liar could announce a set of his own keys.
 */
import type { CommitJson, TxResultJson, ValidatorSet, VerifyEd25519 } from '../../protocol/comet/index.ts';
import {
  dataHash,
  equalBytes,
  headerHash,
  readHeight,
  readHex,
  readTime,
  resultsHash,
  txHashes,
  verifyCommit,
} from '../../protocol/comet/index.ts';
import { ProtocolError } from '../../protocol/values/errors.ts';
import type { EventJson, RawBlock } from './chain/node.ts';
import type { SignedHeader } from './light-blocks.ts';

/** What is known for certain about a height. */
export interface Trust {
  chainId: string;
  height: number;
  /** empty before the first block */
  blockHash: Uint8Array;
  /** set that signs `height`; empty before the first block */
  validatorsHash: Uint8Array;
  nextValidatorsHash: Uint8Array;
  appHash: Uint8Array;
  /** of the results that were taken for `height`; certain once the next header agrees */
  resultsHash: Uint8Array;
}

export interface VerifiedBlock {
  height: number;
  hash: Uint8Array;
  time: { seconds: bigint; nanos: number };
  txs: Uint8Array[];
  txHashes: Uint8Array[];
  results: TxResultJson[];
  /** not covered by any hash */
  events: EventJson[];
}

export interface VerifiedBatch {
  blocks: VerifiedBlock[];
  /** headers that announce another validator set, with the commits that vouch for them */
  turns: SignedHeader[];
  /** what is known after the batch */
  trust: Trust;
}

export interface VerifyOptions {
  /** the set of a height, already checked against the hash */
  validators: (height: number, hash: Uint8Array) => Promise<ValidatorSet>;
  verify: VerifyEd25519;
}

/** @throws ProtocolError naming block and field. `commit` is the commit of the last block. */
export async function verifyBatch(
  trust: Trust,
  blocks: readonly RawBlock[],
  commit: CommitJson,
  { validators, verify }: VerifyOptions,
): Promise<VerifiedBatch> {
  const verified: VerifiedBlock[] = [];
  const turns: SignedHeader[] = [];
  let known = trust;
  for (const [i, block] of blocks.entries()) {
    const hashes = txHashes(block.txs);
    const next = follow(known, block, hashes);
    const last = i === blocks.length - 1;
    if (block.still) checkStill(next, blocks[i + 1]);
    const turn = !equalBytes(next.validatorsHash, next.nextValidatorsHash);
    if (last || turn) {
      const set = await validators(next.height, next.validatorsHash);
      const by = last ? commit : blocks[i + 1].lastCommit;
      if (!by) throw new TypeError(`block ${next.height}: expected a whole block behind a header that announces another set`);
      if (turn) turns.push({ header: block.header, commit: by, validators: set });
      at(next.height, () =>
        verifyCommit(by, { chainId: trust.chainId, height: next.height, blockHash: next.blockHash, validators: set, verify }),
      );
    }
    verified.push({
      height: block.height,
      hash: next.blockHash,
      time: at(block.height, () => readTime(block.header.time, 'header.time')),
      txs: block.txs,
      txHashes: hashes,
      results: block.results,
      events: block.events,
    });
    known = next;
  }
  return { blocks: verified, turns, trust: known };
}

/**
 * A block that was left unread changed nothing, by the header behind it that the batch itself holds: the one by which it was left unread
 * was the node's word, and came apart from it.
 */
function checkStill({ height, appHash }: Trust, after: RawBlock | undefined): void {
  if (!after) throw new TypeError(`block ${height}: expected another behind one that was left unread`);
  at(height + 1, () => {
    // Another height's block says nothing about this one.
    expectHeight(after, height + 1);
    expectHash(after.header.app_hash, appHash, 'header.app_hash', 'that of the block before, which was shown as one that changes nothing');
  });
}

const expectHeight = ({ header }: RawBlock, height: number): void =>
  expect(readHeight(header.height, 'header.height') === height, 'header.height', String(height));

/** One header further: everything but its signatures. */
function follow(known: Trust, block: RawBlock, hashes: Uint8Array[]): Trust {
  const { header, txs, results } = block;
  const height = known.height + 1;
  return at(height, () => {
    const blockHash = headerHash(header);
    expectHeight(block, height);
    expect(header.chain_id === known.chainId, 'header.chain_id', known.chainId);
    expectHash(header.last_block_id.hash, known.blockHash, 'header.last_block_id.hash', 'the hash of the block before');
    expectHash(header.validators_hash, known.nextValidatorsHash, 'header.validators_hash', 'the set announced by the block before');
    expectHash(
      header.last_results_hash,
      known.resultsHash,
      'header.last_results_hash',
      'the hash of the results of the block before (code, data, gas)',
      OTHER_RESULTS,
    );
    expectHash(header.data_hash, dataHash(hashes), 'header.data_hash', 'the hash of the transactions');
    expect(results.length === txs.length, 'block_results.txs_results', `${txs.length} results, one for each transaction`);
    return {
      chainId: known.chainId,
      height,
      blockHash,
      validatorsHash: known.nextValidatorsHash,
      nextValidatorsHash: readHex(header.next_validators_hash, 'header.next_validators_hash', [32]),
      appHash: readHex(header.app_hash, 'header.app_hash'),
      resultsHash: resultsHash(results),
    };
  });
}

function expect(holds: boolean, field: string, expected: string, code = 'wrong-block'): void {
  if (!holds) throw new ProtocolError(code, field, expected);
}

function expectHash(found: string, wanted: Uint8Array, field: string, expected: string, code?: string): void {
  expect(equalBytes(readHex(found, field), wanted), field, expected, code);
}

/** The code of a header that names other results of the block before than are known: whose they are decides who lied. */
export const OTHER_RESULTS = 'other-results';

/** Puts the height in front of what was wrong. */
function at<T>(height: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof ProtocolError ? error.at(`block ${height}: `) : error;
  }
}
