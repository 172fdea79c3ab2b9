/** A real chain that makes blocks when there is something to say, and otherwise once in a while. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { message, startTestChain, type TestChain } from '../kit/chain.ts';
import { blockAt } from '../kit/comet-answers.ts';
import { startIndexer, withIndex } from '../kit/index-run.ts';
import { startTestPostgres } from '../kit/postgres.ts';
import { until } from '../kit/until.ts';

const EMPTY_BLOCK_S = 8;
let chain: TestChain;

beforeAll(async () => {
  chain = await startTestChain({ emptyBlockS: EMPTY_BLOCK_S, timeoutCommit: '200ms', lightMeters: 1 });
}, 180_000);
afterAll(() => chain?.stop());

const report = (slot: number) => message('Report', { meter: chain.meters[1].address, slot, keyEpoch: 1, sealed: randomBytes(112) });

/** Of the latest block. */
const latest = async (): Promise<number> => chain.height();

test('where nobody speaks there is a block so often, and none between', async () => {
  const first = await latest();
  await until(async () => (await latest()) > first, 3 * EMPTY_BLOCK_S * 1000, 'a block without anything to say');
  const at = await latest();
  await sleep((EMPTY_BLOCK_S * 1000) / 2);
  expect(await latest()).toBe(at);
}, 180_000);

test('a transaction is in a block at once, and the header that says what it changed follows it', async () => {
  const database = await startTestPostgres();
  try {
    const run = startIndexer({ rpcUrls: [chain.rpcUrl], databaseUrl: database.urls.indexer });
    const before = await latest();
    await run.reached(before);
    const sent = Date.now();
    await chain.send(chain.meters[1], [report(chain.firstDay * 96)]);
    await until(async () => (await latest()) >= before + 2, EMPTY_BLOCK_S * 1000, 'the block and the one after it');
    expect(Date.now() - sent).toBeLessThan((EMPTY_BLOCK_S * 1000) / 2);
    const [carrier, next] = await Promise.all([blockAt(chain.rpc, before + 1), blockAt(chain.rpc, before + 2)]);
    expect(next.header.app_hash).not.toBe(carrier.header.app_hash);
    // The report's row is certain: the results that it rests on are those of a header.
    const certain = () =>
      withIndex(database.urls.indexer, async (sql) => {
        const [row] = await sql`select r.height <= c.results_height as certain from chain.sealed_report r, chain.cursor c`;
        return row?.certain === true;
      });
    await until(certain, (EMPTY_BLOCK_S * 1000) / 2, 'a row that is not provisional');
    await run.stop();
  } finally {
    await database.stop();
  }
}, 120_000);
