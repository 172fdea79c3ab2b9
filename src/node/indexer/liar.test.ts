/**
 * What the indexer refuses: nodes that lie, other chains, histories that were rolled back or went another way. Real chain, real Postgres; a
 * proxy in between tells the lies. Each refusal says what was wrong and leaves the index as it was.
 */

import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestChain } from '../../../test/kit/chain.ts';
import { startTestChain } from '../../../test/kit/chain.ts';
import type { CometAnswers } from '../../../test/kit/comet-answers.ts';
import { consensusKey } from '../../../test/kit/genesis.ts';
import { withIndex } from '../../../test/kit/index-run.ts';
import { besideLiar, indexOf } from '../../../test/kit/indexer/beside-liar.ts';
import type { LyingNode } from '../../../test/kit/lying-node.ts';
import { startLyingNode } from '../../../test/kit/lying-node.ts';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { until } from '../../../test/kit/until.ts';
import { chainHead } from '../db/index.ts';
import { readCursor } from './write/cursor.ts';

let chain: TestChain;
let liar: LyingNode;
let database: TestPostgres;
/** The height of the block with the transactions, and of the last block shown. */
let spoken: number;
let last: number;

const set = besideLiar();
const { start, rows, indexTo } = indexOf(set);
beforeAll(() => {
  ({ chain, liar, database, spoken, last } = set);
});

const status = () =>
  withIndex(database.urls.indexer, async (sql) => {
    const head = await chainHead(sql);
    if (!head) return undefined;
    const [{ bad }] = await sql<{ bad: number }[]>`select count(*)::int4 as bad from chain.bad_transaction`;
    return { height: head.newest, resultsHeight: head.height, badTransactions: bad };
  });
/** Goes on with the same node, which has stopped lying. */
async function indexToHonestly(height: number): Promise<void> {
  liar.alter = () => {};
  await indexTo(height);
}

/** What an indexer that stands just below the block says to a lie, and where it stands afterwards. */
async function refusal(alter: LyingNode['alter'], options: Parameters<typeof start>[0] = {}): Promise<string> {
  await indexTo(spoken - 1);
  liar.maxHeight = last;
  liar.alter = alter;
  const error = (await start(options).failed) as Error & { code: string };
  expect((await status())!.height).toBe(spoken - 1);
  return `${error.code}: ${error.message}`;
}

const inBlock =
  (change: (block: CometAnswers['block']['block']) => void): LyingNode['alter'] =>
  (method, { height }, result) => {
    if (method === 'block' && Number(height) === spoken) change(result.block);
  };

describe('a lie is refused by name and nothing is written', () => {
  test.each<[string, LyingNode['alter'], RegExp]>([
    [
      'a transaction altered',
      inBlock(({ data }) => {
        data.txs[0] = `AAAA${data.txs[0].slice(4)}`;
      }),
      /block \d+: header.data_hash/,
    ],
    [
      'a transaction left out',
      inBlock(({ data }) => {
        data.txs = [];
      }),
      /block \d+: header.data_hash/,
    ],
    [
      'a header altered',
      inBlock(({ header }) => {
        header.app_hash = '00'.repeat(32);
      }),
      /block \d+: header.last_block_id.hash/,
    ],
    [
      'a block of another height',
      inBlock(({ header }) => {
        header.height = '7';
      }),
      /block \d+: header.height/,
    ],
    [
      'a result altered',
      (method, { height }, result) => {
        if (method === 'block_results' && Number(height) === spoken) result.txs_results[0].code = 3;
      },
      /block \d+: header.last_results_hash/,
    ],
    [
      'a result left out',
      (method, { height }, result) => {
        if (method === 'block_results' && Number(height) === spoken) result.txs_results = null;
      },
      /block \d+: block_results.txs_results/,
    ],
    [
      'a signature altered',
      (method, _, result) => {
        if (method === 'commit') result.signed_header.commit.signatures[0].signature = Buffer.alloc(64).toString('base64');
      },
      /commit.signatures\[0\].signature/,
    ],
    [
      'a commit of nobody',
      (method, _, result) => {
        if (method === 'commit')
          result.signed_header.commit.signatures[0] = {
            block_id_flag: 1,
            validator_address: '',
            timestamp: '0001-01-01T00:00:00Z',
            signature: null,
          };
      },
      /commit.signatures: expected more than two thirds/,
    ],
    [
      'another validator set',
      (method, _, result) => {
        if (method === 'validators') result.validators[0].voting_power = '5';
      },
      /validator set/,
    ],
    [
      'no block at all',
      (method, _, result) => {
        if (method === 'block') result.block = { header: {} };
      },
      /malformed answer: block.data/,
    ],
  ])('%s', async (_, alter, said) => {
    const error = await refusal(alter);
    expect(error).toMatch(/^untrusted-node: node 127\.0\.0\.1:\d+: /);
    expect(error).toMatch(said);
  });

  test('while an honest node beside it carries on', async () => {
    await indexTo(spoken - 1);
    liar.maxHeight = last;
    liar.alter = inBlock(({ data }) => {
      data.txs = [];
    });
    const run = start({ rpcUrls: [liar.url, chain.rpcUrl] });
    await run.reached(last);
    await run.stop();
    expect(run.lines.join('')).toMatch(/left out for 60 s/);
    expect((await rows('select * from chain.sealed_report')).length).toBe(1);
  });

  test.each<[string, LyingNode['alter']]>([
    [
      'a genesis that is no document',
      (method, _, result) => {
        if (method === 'genesis') result.genesis = 'soon';
      },
    ],
    [
      'no validators',
      (method, _, result) => {
        if (method === 'validators') result.validators = null;
      },
    ],
    [
      'a status without a height',
      (method, _, result) => {
        if (method === 'status') delete result.sync_info.latest_block_height;
      },
    ],
  ])('of whatever shape (%s): that node alone is left out', async (_, alter) => {
    liar.alter = alter;
    expect(await start().failed).toMatchObject({ name: 'UntrustedNodeError' });
    const run = start({ rpcUrls: [liar.url, chain.rpcUrl] });
    await run.reached(last);
    await run.stop();
    expect(run.lines.join('')).toMatch(/left out for 60 s/);
  });

  test('and that node is tried again after a while: another may have gone by then', async () => {
    const other = await startLyingNode(chain.rpcUrl);
    await indexTo(spoken - 1);
    liar.maxHeight = last;
    liar.alter = inBlock(({ data }) => {
      data.txs = [];
    });
    other.maxHeight = spoken;
    const run = start({ rpcUrls: [liar.url, other.url], leftOutMs: 300 });
    await run.reached(spoken);
    liar.alter = () => {};
    other.down = true;
    await run.reached(last);
    await run.stop();
    await other.stop();
  });

  test('about the newest block, that a transaction failed: the block waits for the next header, which finds it out', async () => {
    liar.alter = (method, { height }, result) => {
      if (method === 'block_results' && Number(height) === spoken) result.txs_results[0].code = 3;
    };
    liar.maxHeight = spoken;
    const run = start();
    await run.reached(spoken - 1);
    await sleep(300);
    expect(await status()).toMatchObject({ height: spoken - 1, badTransactions: 0 });
    liar.maxHeight = last;
    expect(await run.failed).toMatchObject({ code: 'untrusted-node', message: expect.stringContaining('last_results_hash') });
    await indexToHonestly(last);
  });

  test('about the newest block, which holds a node up, while another goes on', async () => {
    liar.alter = (method, { height }, result) => {
      if (method === 'block_results' && Number(height) === spoken) result.txs_results[0].code = 3;
    };
    liar.maxHeight = spoken;
    const run = start({ rpcUrls: [liar.url, chain.rpcUrl], stalledAfterMs: 200 });
    await run.reached(last);
    await run.stop();
    expect(run.lines.join('')).toMatch(/makes no blocks while others do/);
    expect((await status())!.badTransactions).toBe(0);
  });

  test('about the newest block’s other results: the rows stay, the next header mends what was taken, and nobody resets', async () => {
    liar.alter = (method, { height }, result) => {
      if (method === 'block_results' && Number(height) === spoken) result.txs_results[0].gas_used = '1';
    };
    await indexTo(spoken);
    expect(await status()).toMatchObject({ height: spoken, resultsHeight: spoken - 1, badTransactions: 0 });
    const before = await rows('select * from chain.sealed_report');
    await indexToHonestly(last);
    expect(await status()).toMatchObject({ height: last, badTransactions: 0 });
    expect(await rows('select * from chain.sealed_report')).toEqual(before);
  });
});

describe('a node that drips', () => {
  test('from the start is left for another', async () => {
    liar.drips = true;
    const run = start({ rpcUrls: [liar.url, chain.rpcUrl], answerMs: 400 });
    await run.reached(last);
    await run.stop();
    expect(run.lines.join('')).toMatch(/no whole answer within 400 ms.*trying again/);
  });
  test('in the middle of it too, and nothing is lost', async () => {
    liar.maxHeight = spoken - 1;
    const run = start({ rpcUrls: [liar.url, chain.rpcUrl], answerMs: 1_000 });
    await run.reached(spoken - 1);
    liar.drips = true;
    await run.reached(last);
    await run.stop();
    expect((await rows('select * from chain.sealed_report')).length).toBe(1);
  });
});

describe('another chain is refused and nothing is changed', () => {
  test('than the one asked for', async () => {
    expect(await start({ chainId: 'electra-other-00000000' }).failed).toMatchObject({
      code: 'wrong-chain',
      message: expect.stringContaining(`serves chain ${chain.chainId}, expected electra-other-00000000`),
    });
    expect(await status()).toBeUndefined();
  });
  test('than a production one, where the node was not made for development', async () => {
    expect(await start({ development: false }).failed).toMatchObject({
      code: 'development-chain',
      retry: 'never',
      message: expect.stringMatching(/^not a production chain: .*development keys/),
    });
    expect(await status()).toBeUndefined();
  });
  test('than the one in the index', async () => {
    await indexTo(3);
    await rows(`update chain.cursor set chain_id = 'electra-other-00000000'`);
    expect(await start().failed).toMatchObject({ code: 'wrong-chain' });
    expect(await start({ chainId: chain.chainId }).failed).toMatchObject({
      code: 'wrong-chain',
      message: expect.stringContaining('the index holds chain electra-other-00000000'),
    });
    expect((await status())!.height).toBe(3);
  });
  test('with another genesis under the same name', async () => {
    await indexTo(3);
    liar.maxHeight = last;
    liar.alter = (method, _, result) => {
      if (method !== 'genesis') return;
      const { meter } = result.genesis.app_state;
      meter.meters[0].max_wh_per_slot += 1;
      meter.node_keys = []; // which are signed for the right one
    };
    expect(await start().failed).toMatchObject({ code: 'wrong-chain', message: expect.stringContaining('another genesis') });
    expect((await status())!.height).toBe(3);
  });
  test('with validators that its genesis does not have', async () => {
    liar.alter = (method, _, result) => {
      if (method !== 'genesis') return;
      const { meter } = result.genesis.app_state;
      meter.meters[0].consensus_key = consensusKey(9);
      meter.node_keys = [];
    };
    expect(await start().failed).toMatchObject({
      code: 'untrusted-node',
      message: expect.stringContaining('block 1: header.validators_hash'),
    });
    expect((await status())!.height).toBe(0);
  });
  test('with a genesis that makes no sense', async () => {
    liar.alter = (method, _, result) => {
      if (method === 'genesis') delete result.genesis.app_state.meter.clock;
    };
    expect(await start().failed).toMatchObject({ code: 'bad-genesis', message: expect.stringContaining('app_state.meter.clock') });
  });
});

describe('a node that cannot serve', () => {
  test('a block yet, because its validators are still to come, is waited for', async () => {
    let begun = false;
    liar.alter = (method, _params, result) => {
      if (method !== 'status' || begun) return;
      Object.assign(result.sync_info, { latest_block_height: '0', latest_block_hash: '', latest_app_hash: '' });
    };
    const run = start();
    await until(async () => (await status())?.height === 0, 90_000, 'the genesis in the index');
    begun = true;
    await run.reached(last);
    await run.stop();
  });
  test('the first blocks, because it has pruned them, stops the index with that reason', async () => {
    liar.refuse = (method) => (method === 'block' ? 'height 1 is not available, lowest height is 5' : undefined);
    expect(await start().failed).toMatchObject({ code: 'blocks-pruned' });
  });
  test('a large genesis in one piece is asked for it in chunks', async () => {
    liar.refuse = (method) => (method === 'genesis' ? 'genesis response is large, please use the genesis_chunked API instead' : undefined);
    await indexTo(3);
    expect(liar.asked.genesis_chunked).toBeGreaterThan(0);
  });
});

describe('a chain that was rolled back', () => {
  let other: TestChain;
  let shown: LyingNode;
  const home = () => other.homes[0];
  const backup = () => join(other.dir, 'backup');
  let indexed: number;

  beforeAll(async () => {
    other = await startTestChain();
    await other.reach(8);
    await other.halt();
    cpSync(home(), backup(), { recursive: true });
    await other.restart();
    await other.reach(30);
    shown = await startLyingNode(other.rpcUrl);
  });
  afterAll(async () => {
    await Promise.all([other?.stop(), shown?.stop()]);
  });

  test('is no reason to stop while the node catches up, but is when it stays below', async () => {
    indexed = (await other.height()) - 1;
    shown.maxHeight = indexed;
    const run = start({ rpcUrls: [shown.url] });
    await run.reached(indexed);
    await run.stop();
    shown.maxHeight = 12;
    shown.alter = (method, _, result) => {
      if (method === 'status') result.sync_info.catching_up = true;
    };
    const patient = start({ rpcUrls: [shown.url], rolledBackAfterMs: 200 });
    expect(await Promise.race([patient.failed, sleep(900)])).toBeUndefined();
    await patient.stop();
    shown.alter = () => {};
    expect(await start({ rpcUrls: [shown.url], rolledBackAfterMs: 200 }).failed).toMatchObject({
      code: 'rolled-back',
      message: expect.stringContaining(`ends at height 12, below the indexed height ${indexed}`),
    });
    expect((await status())!.height).toBe(0 + indexed);
  });
  test('and went another way is a fork: two signed blocks at one height', async () => {
    const run = start({ rpcUrls: [shown.url] });
    shown.maxHeight = indexed;
    await run.reached(indexed);
    await run.stop();
    const before = await withIndex(database.urls.indexer, readCursor);
    await other.halt();
    rmSync(home(), { recursive: true });
    cpSync(backup(), home(), { recursive: true });
    await other.restart();
    await other.reach(indexed + 1);
    shown.maxHeight = Infinity;
    expect(await start({ rpcUrls: [shown.url] }).failed).toMatchObject({ code: 'forked', message: expect.stringContaining('signed both') });
    expect(await withIndex(database.urls.indexer, readCursor)).toEqual(before);
  });
  test('and an unsigned other block is a lie of the node', async () => {
    shown.maxHeight = 9;
    const run = start({ rpcUrls: [shown.url] });
    await run.reached(9);
    await run.stop();
    shown.alter = (method, _, result) => {
      if (method === 'commit') result.signed_header.header.app_hash = '00'.repeat(32);
    };
    expect(await start({ rpcUrls: [shown.url] }).failed).toMatchObject({
      code: 'forked',
      message: expect.stringContaining('did not sign'),
    });
  });
});
