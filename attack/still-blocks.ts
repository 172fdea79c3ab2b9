/**
 * Blocks that a node would have the index leave unread (protocol §6). Where headers show that nothing was said and nothing changed, a block
 * is made from its header alone. A node that shows another header in the range by which this is decided than behind the block itself hides
 * what the chain's EndBlock did there: a frozen roster, a validator's change. Real headers, signatures and sets of a recorded chain.
 */
import { readFileSync } from 'node:fs';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type RawBlock, stillBlock } from '../src/node/indexer/chain/node.ts';
import { isStill } from '../src/node/indexer/chain/stillness.ts';
import { verifyBatch } from '../src/node/indexer/verify.ts';
import type { CommitJson, HeaderJson, TxResultJson, ValidatorJson } from '../src/protocol/comet/index.ts';
import { merkleRoot, readValidatorSet, verifyEd25519 } from '../src/protocol/comet/index.ts';
import { ProtocolError } from '../src/protocol/values/errors.ts';
import type { Attack, Outcome } from './attack.ts';

interface Recorded {
  chainId: string;
  blocks: { header: HeaderJson; txs: string[]; results: TxResultJson[]; lastCommit: CommitJson }[];
  commit: CommitJson;
  validators: Record<string, ValidatorJson[]>;
}
const recorded = (): Recorded =>
  JSON.parse(readFileSync(new URL('../src/protocol/comet/testdata/chain.json', import.meta.url), 'utf8')) as Recorded;

const asTold = ({ blocks }: Recorded): RawBlock[] =>
  blocks.map(({ txs, ...block }, i) => ({
    ...block,
    height: i + 1,
    txs: txs.map((tx) => Buffer.from(tx, 'base64')),
    events: [],
    bytes: 0,
  }));

/** What the index makes of blocks from genesis on: the reason that refused them, or nothing. */
async function believed({ chainId, blocks: [first], commit, validators }: Recorded, blocks: readonly RawBlock[]): Promise<string[]> {
  const genesis = {
    chainId,
    height: 0,
    blockHash: new Uint8Array(0),
    validatorsHash: new Uint8Array(0),
    nextValidatorsHash: Buffer.from(first.header.validators_hash, 'hex'),
    appHash: new Uint8Array(0),
    resultsHash: merkleRoot([]),
  };
  const setOf = async (_: number, hash: Uint8Array) => readValidatorSet(validators[bytesToHex(hash).toUpperCase()]);
  try {
    await verifyBatch(genesis, blocks, commit, { validators: setOf, verify: verifyEd25519 });
    return [];
  } catch (error) {
    if (error instanceof ProtocolError) return [error.field.replace(/^block \d+: /, '')];
    throw error;
  }
}

/** The block without transactions in which a validator came to power, and the header behind it shown twice. */
async function hideAChange(): Promise<Outcome> {
  const chain = recorded();
  const blocks = asTold(chain);
  const hidden = blocks.findIndex(({ txs, header }, i) => i > 0 && txs.length === 0 && header.app_hash !== blocks[i + 1]?.header.app_hash);
  const [before, { height, header }, after] = blocks.slice(hidden - 1, hidden + 2);
  const shown = { ...after.header, app_hash: header.app_hash };
  if (!isStill(before.header, header, shown)) throw new Error(`block ${height}: expected to be left unread by the header that is shown`);
  const unread = blocks.map((block) => (block.height === height ? stillBlock({ height, header, bytes: 0 }) : block));
  const refusals = await believed(chain, unread);
  // Nothing else covers it: the range's header is asked for no more, and every header that the batch holds is the chain's own.
  const unasked = await believed(
    chain,
    unread.map(({ still, ...block }) => block),
  );
  return {
    refusals,
    without: { succeeds: unasked.length === 0, how: unasked[0] ?? `block ${height} is believed without what happened in it` },
  };
}

export const stillBlockAttacks: readonly Attack[] = [
  {
    name: 'change-in-a-block-shown-as-still',
    group: 'blocks left unread',
    by: 'node',
    does: 'shows another header in a range than behind the block, so that what EndBlock did there is never read',
    refusedBy: ['header.app_hash'],
    run: hideAChange,
  },
];
