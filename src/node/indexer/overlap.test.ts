/**
 * While Postgres has one batch, the next ones are verified and given to the handlers. Whatever happens to either: a batch is in as a whole
 * or not at all, none is in before the one below it, and a lie ends the index right below the batch that tells it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startIndexer } from '../../../test/kit/index-run.ts';
import { type LyingNode, startLyingNode } from '../../../test/kit/lying-node.ts';
import { type MadeChain, madeChain, truthOf } from '../../../test/kit/made-chain/made-chain.ts';
import { type MadeNode, serveMadeChain } from '../../../test/kit/made-chain/serve.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { until } from '../../../test/kit/until.ts';
import { connect, type Sql } from '../db/index.ts';
import { BlockHint } from './chain/hint.ts';
import { ChainNode } from './chain/node.ts';
import { resetIndex } from './index.ts';
import { indexDigest } from './index-digest.ts';
import { runSession } from './session.ts';
import { Applier } from './write/apply.ts';
import { indexTables, RESET } from './write/schema.ts';

const INDEXED = 20;
/** Answers with blocks above are held back until the batch before is verified. */
const FIRST_BATCH = 60;
const WRITER = 'the session under test';

let chain: MadeChain;
let shown: MadeNode;
let node: LyingNode;
let database: TestPostgres;
let other: TestPostgres;
let sql: Sql;
let superSql: Sql;
let clean: Sql;

beforeAll(async () => {
  chain = await madeChain('short');
  [shown, database, other] = await Promise.all([serveMadeChain(chain), startTestPostgres(), startTestPostgres()]);
  node = await startLyingNode(shown.url);
  sql = connect({ url: database.urls.indexer, max: 2, application: 'test' });
  superSql = connect({ url: database.superUrl, max: 1, application: 'test' });
  clean = connect({ url: other.urls.indexer, max: 2, application: 'test' });
  await indexTo(other, chain.height);
});
afterAll(async () => {
  await Promise.all([sql, superSql, clean].map((one) => one?.end({ timeout: 5 })));
  await Promise.all([node, shown, database, other].map((one) => one?.stop()));
});
beforeEach(async () => {
  Object.assign(node, { alter: () => {}, instead: undefined, maxHeight: INDEXED });
  await resetIndex(sql);
  await indexTo(database, INDEXED);
  node.maxHeight = Infinity;
});

async function indexTo({ urls }: TestPostgres, height: number): Promise<void> {
  const run = startIndexer({ rpcUrls: [node.url], databaseUrl: urls.indexer });
  await run.reached(height);
  await run.stop();
}

/** Nobody moves the cursor until it is let go. */
async function holdCursor(): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const ended = sql.begin(async (tx) => {
    await tx`select * from chain.cursor for update`;
    held.resolve();
    await released.promise;
  });
  await held.promise;
  return async () => {
    released.resolve();
    await ended;
  };
}

async function waitingForCursor(): Promise<number> {
  const [{ waiting }] = await superSql<{ waiting: number }[]>`
    select count(*)::int4 as waiting from pg_stat_activity
    where datname = ${database.database} and application_name = ${WRITER} and wait_event_type = 'Lock'`;
  return waiting;
}

/** Follows the node until it is level with it or fails. `verified`: batches, so far. */
function session(): { ended: Promise<unknown>; verified: () => number; written: number[] } {
  const stop = new AbortController();
  const written: number[] = [];
  let verified = 0;
  const gate = Promise.withResolvers<void>();
  node.instead = (response, whole) => {
    const newest = Math.max(0, ...[...whole.matchAll(/"height":"(\d+)","txs_results"/g)].map(([, height]) => Number(height)));
    if (newest <= FIRST_BATCH) response.end(whole);
    else void gate.promise.then(() => response.end(whole));
  };
  const from = new ChainNode(node.url, stop.signal);
  const hint = new BlockHint(from.rpc.url, { debug: () => {} });
  const writing = connect({ url: database.urls.indexer, max: 2, application: WRITER });
  const ended = runSession({
    node: from,
    sql: writing,
    applier: new Applier(writing, indexTables()),
    hint,
    chainId: undefined,
    development: true,
    reset: RESET,
    signal: stop.signal,
    onBatch: ({ cursor }) => void written.push(cursor.height),
    spent: (stage) => {
      if (stage !== 'verify') return;
      verified++;
      gate.resolve();
    },
    onIdle: async () => stop.abort(),
  })
    .then(
      () => undefined,
      (error: unknown) => error,
    )
    .finally(async () => {
      hint.close();
      from.close();
      await writing.end({ timeout: 5 });
    });
  return { ended, verified: () => verified, written };
}

/** Where the index stands; everything of it must be what a clean index has up to there, and nothing more. */
async function standsWhole(): Promise<number> {
  const [{ height, digests }] = await sql<{ height: number; digests: number }[]>`
    select height, (select max(height) from chain.digest) as digests from chain.cursor`;
  expect(digests).toBe(height);
  const reports = (of: Sql) => of`select * from chain.sealed_report where height <= ${height} order by id`;
  expect(await reports(sql)).toEqual(await reports(clean));
  expect(await sql`select id from chain.sealed_report where height > ${height}`).toHaveLength(0);
  expect(await indexDigest(sql, height)).toEqual(await indexDigest(clean, height));
  return height;
}

test('while one is written one is ready, one more is verified and no further, and all go in, in their order', async () => {
  const letGo = await holdCursor();
  const { ended, verified, written } = session();
  await until(() => verified() >= 3, 90_000, 'two batches more');
  await sleep(500);
  expect(verified()).toBe(3);
  expect(written).toEqual([]);
  expect(await waitingForCursor()).toBe(1); // the one behind it has not begun its transaction
  await letGo();
  expect(await ended).toBeUndefined();
  expect(written).toEqual([...written].sort((a, b) => a - b));
  expect(await standsWhole()).toBe(chain.height);
});

test('a write that fails takes with it what was verified meanwhile; the next run goes on to the same digest', async () => {
  const letGo = await holdCursor();
  const { ended, verified, written } = session();
  await until(() => verified() >= 3, 90_000, 'two batches more');
  await superSql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = ${database.database} and application_name = ${WRITER} and wait_event_type = 'Lock'`;
  await letGo(); // for whoever came behind it
  expect(await ended).toBeInstanceOf(Error);
  expect(written).toEqual([]);
  expect(await standsWhole()).toBe(INDEXED);
  node.instead = undefined;
  await indexTo(database, chain.height);
  expect(await standsWhole()).toBe(chain.height);
});

test('a lie that is found during a write: what was verified before it goes in, nothing of its batch does', async () => {
  const reports = [...truthOf(chain).get('SealedReport')!.values()].map(({ height }) => Number(height));
  const lie = Math.min(...reports.filter((height) => height > FIRST_BATCH));
  node.alter = (method, { height }, result) => {
    if (method === 'block' && Number(height) === lie) result.block.data.txs = [];
  };
  const letGo = await holdCursor();
  const { ended, verified, written } = session();
  await until(() => verified() >= 2, 90_000, 'the lie to be found');
  expect(written).toEqual([]);
  await letGo();
  expect(await ended).toMatchObject({ code: 'untrusted-node', message: expect.stringContaining(`block ${lie}: header.data_hash`) });
  const height = await standsWhole();
  expect(written.at(-1)).toBe(height);
  expect(height).toBeGreaterThan(INDEXED);
  expect(height).toBeLessThan(lie);
});
