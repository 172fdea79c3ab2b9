/**
 * What the indexer refuses: nodes that lie, other chains, histories that were rolled back or went another way. Real chain, real Postgres; a
 * proxy in between tells the lies. Each refusal says what was wrong and leaves the index as it was.
 */

import { randomBytes } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestChain } from '../../../test/kit/chain.ts';
import { message, startTestChain } from '../../../test/kit/chain.ts';
import type { CometAnswers } from '../../../test/kit/comet-answers.ts';
import { consensusKey } from '../../../test/kit/genesis.ts';
import { startIndexer, withIndex } from '../../../test/kit/index-run.ts';
import { commitment, frozenDays, justEnded, RATE, START_UNIX_S } from '../../../test/kit/indexer/lived-chain.ts';
import type { LyingNode } from '../../../test/kit/lying-node.ts';
import { startLyingNode } from '../../../test/kit/lying-node.ts';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import { until } from '../../../test/kit/until.ts';
import { decodeRoster, encodeRoster, rosterDigest } from '../../protocol/day/roster.ts';
import { chainHead } from '../db/index.ts';
import { resetIndex } from './index.ts';
import { readCursor } from './write/cursor.ts';

let chain: TestChain;
let liar: LyingNode;
let database: TestPostgres;
/** The day that was closed; the height of the block with the transactions, and of the last block shown. */
let signedDay: number;
let spoken: number;
let last: number;

beforeAll(async () => {
  [chain, database] = await Promise.all([
    startTestChain({
      lightMeters: 1,
      clock: { startUnixS: START_UNIX_S, rate: RATE },
      params: { graceS: 50_000, graceBlocks: 3, lateS: 60_000 },
    }),
    startTestPostgres(),
  ]);
  const [meter] = chain.meters;
  const {
    day,
    slots: [slot],
  } = await justEnded(chain);
  signedDay = day;
  ({ height: spoken } = await chain.send(meter, [
    message('Report', { meter: meter.address, slot, keyEpoch: 1, sealed: randomBytes(112) }),
    message('CloseDay', { meter: meter.address, day, keyEpoch: 1, commitment: commitment(), sealed: randomBytes(715) }),
  ]));
  await until(async () => (await frozenDays(chain)).early > day, 30_000, 'the roster of that day');
  // The freeze is in a block up to this one; a header behind it speaks for its results.
  last = await chain.height();
  await chain.reach(last + 1);
  liar = await startLyingNode(chain.rpcUrl);
});
afterAll(async () => {
  await Promise.all([liar?.stop(), chain?.stop(), database?.stop()]);
});
beforeEach(async () => {
  Object.assign(liar, { alter: () => {}, refuse: () => undefined, maxHeight: last, down: false, drips: false });
  await withIndex(database.urls.indexer, resetIndex);
});

const start = (options: Partial<Parameters<typeof startIndexer>[0]> = {}) =>
  startIndexer({ rpcUrls: [liar.url], databaseUrl: database.urls.indexer, ...options });
const status = () =>
  withIndex(database.urls.indexer, async (sql) => {
    const head = await chainHead(sql);
    if (!head) return undefined;
    const [{ bad }] = await sql<{ bad: number }[]>`select count(*)::int4 as bad from chain.bad_transaction`;
    return { height: head.newest, resultsHeight: head.height, badTransactions: bad };
  });
const rows = (query: string) => withIndex(database.urls.indexer, (sql) => sql.unsafe(query));

async function indexTo(height: number, options: Parameters<typeof start>[0] = {}): Promise<void> {
  liar.maxHeight = height;
  const run = start(options);
  await run.reached(height);
  await run.stop();
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

  test('about the last block’s results: found out by the next header, and then the index itself is wrong', async () => {
    liar.alter = (method, { height }, result) => {
      if (method === 'block_results' && Number(height) === spoken) result.txs_results[0].code = 3;
    };
    await indexTo(spoken);
    expect(await status()).toMatchObject({ height: spoken, resultsHeight: spoken - 1, badTransactions: 1 });
    liar.alter = () => {};
    liar.maxHeight = last;
    expect(await start().failed).toMatchObject({ code: 'results-mismatch', message: expect.stringContaining('index --reset') });
    expect((await status())!.height).toBe(spoken);
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
    await until(async () => (await status())?.height === 0, 10_000, 'the genesis in the index');
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

describe('rosters, which no header covers, are recomputed', () => {
  const event =
    (change: (attributes: Map<string, string>) => void): LyingNode['alter'] =>
    (method, _, result) => {
      for (const one of method === 'block_results' ? (result.finalize_block_events ?? []) : []) {
        if (one.type !== 'electra.roster_frozen') continue;
        const attributes = new Map<string, string>(one.attributes.map(({ key, value }: { key: string; value: string }) => [key, value]));
        change(attributes);
        one.attributes = [...attributes].map(([key, value]) => ({ key, value }));
      }
    };
  const reencode = (attributes: Map<string, string>, change: (meters: { meter: string; commitment: bigint | null }[]) => void) => {
    const { day, meters } = decodeRoster(Buffer.from(attributes.get('encoded')!, 'base64'));
    const changed = [...meters];
    change(changed);
    const encoded = encodeRoster({ day, meters: changed });
    attributes.set('encoded', Buffer.from(encoded).toString('base64'));
    attributes.set('digest', rosterDigest(encoded));
  };

  const ofSignedDay = () => rows(`select * from chain.roster where day = ${signedDay} and not late`);
  const proofsKeptBack = (method: string) => (method === 'abci_query' ? 'not now' : undefined);

  /** Goes on with proofs until the day's roster is proven. */
  async function prove(): Promise<{ lines: string; proven: unknown }> {
    Object.assign(liar, { refuse: () => undefined, maxHeight: Number.POSITIVE_INFINITY });
    const run = start();
    const proven = () => rows(`select taken, lacking, surplus from chain.proven_roster where day = ${signedDay} and not late`);
    await until(async () => (await proven()).length === 1, 30_000, 'the proven roster');
    await run.stop();
    return { lines: run.lines.join(''), proven: (await proven())[0] };
  }
  let honest: unknown[];

  test('and taken as the chain has them, which its proofs confirm', async () => {
    liar.refuse = proofsKeptBack;
    await indexTo(last);
    honest = await ofSignedDay();
    expect(honest).toMatchObject([{ id: `${signedDay}` }]);
    expect((await prove()).proven).toEqual({ taken: false, lacking: [], surplus: [] });
    expect(await ofSignedDay()).toEqual(honest);
    expect((await status())!.badTransactions).toBe(0);
  });
  test.each<[string, (attributes: Map<string, string>) => void, RegExp]>([
    ['a digest of something else', (a) => a.set('digest', '00'.repeat(32)), /digest is not that of the encoded roster/],
    [
      'a meter left out, digest and all',
      (a) =>
        reencode(a, (meters) => {
          meters.pop();
        }),
      /differs from the indexed meters/,
    ],
    [
      'a signed day called missing',
      (a) =>
        reencode(a, (meters) => {
          meters.forEach((entry, i) => {
            meters[i] = { ...entry, commitment: null };
          });
        }),
      /differs from the indexed meters/,
    ],
    [
      'a commitment that nobody sent',
      (a) =>
        reencode(a, (meters) => {
          meters.forEach((entry, i) => {
            meters[i] = { ...entry, commitment: 5n };
          });
        }),
      /differs from the indexed meters/,
    ],
    ['another time', (a) => a.set('unix_s', String(Number(a.get('unix_s')) + 1)), /expected the block's chain time/],
    ['a day not yet due', (a) => reencodeDay(a, signedDay + 40), /due no earlier/],
    ['a late roster before the early one', (a) => a.set('late', 'true'), /no roster of that day was frozen before/],
    ['no base64', (a) => a.set('encoded', '%'), /encoded: expected base64/],
    ['no day', (a) => a.set('day', '-1'), /day: expected a day number/],
  ])('refused with %s: a row says so, the height goes on, and a proof brings the true one', async (_, change, said) => {
    liar.alter = event(change);
    liar.refuse = proofsKeptBack;
    await indexTo(last);
    expect(await ofSignedDay()).toHaveLength(0);
    const bad = await rows(`select * from chain.bad_transaction where reason = 'roster-mismatch' and tx_index = -1 and hash = ''`);
    expect(bad.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(said));
    const { proven, lines } = await prove();
    expect(proven).toEqual({ taken: true, lacking: [], surplus: [] });
    expect(lines).toMatch(/taken from its proof/);
    expect(await ofSignedDay()).toEqual(honest);
    expect(await rows(`select id from chain.bad_transaction where id = '${bad[0].id}'`)).toEqual([]);
  });

  test('and where a node keeps the event back, the roster is proven and taken, and the day goes on', async () => {
    liar.alter = (method, _, result) => {
      if (method === 'block_results')
        result.finalize_block_events = (result.finalize_block_events ?? []).filter(({ type }: { type: string }) => !/roster/.test(type));
    };
    liar.refuse = proofsKeptBack;
    await indexTo(last);
    expect(await ofSignedDay()).toEqual([]);
    expect((await prove()).proven).toEqual({ taken: true, lacking: [], surplus: [] });
    expect(await ofSignedDay()).toEqual(honest);
    const [meter] = chain.meters;
    expect(await rows(`select service_day from chain.meter where id = '${meter.address}'`)).toEqual([{ service_day: signedDay }]);
  });

  test('and where the index has not read a statement, the chain is believed and the meter is named', async () => {
    liar.refuse = proofsKeptBack;
    await indexTo(spoken);
    await rows('delete from chain.sealed_statement');
    await indexTo(last);
    expect(await ofSignedDay()).toEqual([]);
    const { proven, lines } = await prove();
    const [meter] = chain.meters;
    expect(proven).toEqual({ taken: true, lacking: [meter.address], surplus: [] });
    expect(lines).toMatch(/not that of the indexed statements/);
    expect(await ofSignedDay()).toEqual(honest);
    const late = `select from chain.settled_day where day = ${signedDay} and meter = '${meter.address}'`;
    await rows(`insert into chain.proven_roster values (${signedDay}, true, 1, true, '{${meter.address}}', '{}') on conflict do nothing`);
    expect(await rows(late), 'nothing is settled about a commitment without a box before its dispute').toEqual([]);
  });

  test('and a false proof is not believed', async () => {
    liar.alter = (method, _, result) => {
      if (method === 'abci_query' && result.response.proofOps)
        result.response.proofOps.ops[0].data = `AAAA${result.response.proofOps.ops[0].data.slice(4)}`;
    };
    const asked = liar.asked.abci_query ?? 0;
    liar.maxHeight = Number.POSITIVE_INFINITY;
    const run = start();
    await run.reached(last);
    await until(async () => liar.asked.abci_query > asked + 4, 30_000, 'state proofs asked for again');
    await run.stop();
    expect(await rows('select day from chain.proven_roster')).toEqual([]);
  });
  const reencodeDay = (attributes: Map<string, string>, day: number): void => {
    const encoded = encodeRoster({ ...decodeRoster(Buffer.from(attributes.get('encoded')!, 'base64')), day });
    attributes.set('day', String(day)).set('encoded', Buffer.from(encoded).toString('base64')).set('digest', rosterDigest(encoded));
  };
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
