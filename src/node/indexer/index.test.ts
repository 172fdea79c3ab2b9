/** The index of a real chain in a real Postgres: what it holds, and that it holds the same however it came about. */

import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockAt } from '../../../test/kit/comet-answers.ts';
import { contentOf, hashOf, startIndexer, withIndex } from '../../../test/kit/index-run.ts';
import type { LivedChain } from '../../../test/kit/indexer/lived-chain.ts';
import { RATE, START_UNIX_S, startLivedChain } from '../../../test/kit/indexer/lived-chain.ts';
import type { LyingNode } from '../../../test/kit/lying-node.ts';
import { startLyingNode } from '../../../test/kit/lying-node.ts';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import type { Sql } from '../db/index.ts';
import { chainHead, connect } from '../db/index.ts';
import { ensureIndexSchema, resetIndex } from './index.ts';
import { readCursor } from './write/cursor.ts';

let lived: LivedChain;
let reference: TestPostgres;
let sql: Sql;
/** Shows the chain up to `lived.height`, so that every index of it ends at the same block. */
let window_: LyingNode;
let content: Record<string, unknown[]>;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [lived, reference] = await Promise.all([startLivedChain(), startTestPostgres()]);
  window_ = await startLyingNode(lived.chain.rpcUrl);
  window_.maxHeight = lived.height;
  sql = connect({ url: reference.urls.indexer, application: 'test' });
  const run = startIndexer({ rpcUrls: [window_.url], databaseUrl: reference.urls.indexer });
  await run.reached(lived.height);
  await run.stop();
  content = await contentOf(sql);
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await sql?.end();
  await Promise.all([lived?.chain.stop(), reference?.stop(), window_?.stop()]);
});

/** A database of its own, indexed somehow, must hold the same. */
async function freshIndex(fill: (database: TestPostgres) => Promise<void>): Promise<Record<string, unknown[]>> {
  const database = await startTestPostgres();
  try {
    await fill(database);
    return await withIndex(database.urls.indexer, contentOf);
  } finally {
    await database.stop();
  }
}

const nanos = (time: string): bigint =>
  BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1_000_000n + BigInt((/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(9, '0'));
const one = async (table: string, id: string) => (await sql.unsafe(`select * from chain.${table} where id = $1`, [id]))[0];

describe('the index holds what was said on the chain', () => {
  test('sealed reports, several from one transaction', async () => {
    const { reports } = lived.said;
    const [meter] = lived.chain.meters;
    for (const [i, slot] of reports.slots.entries()) {
      expect(await one('sealed_report', `${meter.address}-${slot}`)).toMatchObject({
        meter: meter.address,
        slot,
        key_epoch: 1,
        sealed: reports.sealed[i],
        height: reports.height,
      });
    }
  });
  test('the sealed statement with its commitment', async () => {
    const { close } = lived.said;
    const meter = lived.chain.meters[1].address;
    expect(await one('sealed_statement', `${meter}-${close.day}`)).toMatchObject({
      meter,
      day: close.day,
      commitment: close.commitment,
      sealed: close.sealed,
      height: close.height,
    });
  });
  test('meters of genesis, enrolled ones and retired ones', async () => {
    const { enrolled, retired } = lived.said;
    const [validator] = lived.chain.meters;
    expect(await one('meter', validator.address)).toMatchObject({
      member: validator.member.address,
      first_day: lived.chain.firstDay,
      last_day: null,
      enrolled_height: 0,
      consensus_key: expect.any(Buffer),
    });
    expect(await one('meter', enrolled.address)).toMatchObject({
      member: enrolled.member,
      first_day: enrolled.firstDay,
      max_wh_per_slot: 900,
      last_day: null,
      consensus_key: null,
      enrolled_height: enrolled.height,
    });
    expect(await one('meter', retired.address)).toMatchObject({ last_day: retired.lastDay });
  });
  test('node keys and tariffs, of genesis and later ones', async () => {
    const { nodeKey, tariff } = lived.said;
    expect(await one('node_key', '1')).toMatchObject({ key: Buffer.from(lived.chain.nodeKey.publicKey), height: 0 });
    expect(await one('node_key', '2')).toMatchObject({ key: nodeKey.key, height: nodeKey.height });
    expect(await one('tariff', `${lived.chain.firstDay}-0`)).toMatchObject({ rule: 'mid-market/1', fee_per_day_nel: '250000000' });
    expect(await one('tariff', `${tariff.fromDay}-${tariff.height}`)).toMatchObject({
      retail_nel_per_wh: Array(96).fill(310_000),
      feed_in_nel_per_wh: Array(96).fill(-20_000),
      fee_per_day_nel: '1',
    });
  });
  test('early and late roster, with the chain’s own digest', async () => {
    const { close } = lived.said;
    const [early, late] = [await one('roster', `${close.day}`), await one('roster', `${close.day}-late`)];
    expect(early).toMatchObject({ day: close.day, late: false });
    expect(late).toMatchObject({ day: close.day, late: true });
    expect(late.encoded.includes(close.commitment)).toBe(true);
    expect(Number(late.unix_s)).toBeGreaterThanOrEqual(Number(early.unix_s) + 80_000);
  });
  test('dispute, anchor with its chain time, NoBill with its withdrawal', async () => {
    const { close, dispute, anchor, noBill } = lived.said;
    const meter = lived.chain.meters[1].address;
    expect(await one('dispute', `${meter}-${close.day}`)).toMatchObject({ reason: 'commitment-mismatch', height: dispute.height });
    const [begin, at] = await Promise.all(
      [1, anchor.height].map(async (height) => nanos((await blockAt(lived.chain.rpc, height)).header.time)),
    );
    const unixS = BigInt(START_UNIX_S) + ((at - begin) * BigInt(RATE)) / 1_000_000_000n; // the first block has the genesis time
    expect(await one('anchor', `${close.day}-1`)).toMatchObject({
      book_hash: anchor.bookHash,
      height: anchor.height,
      unix_s: String(unixS),
    });
    expect(await one('no_bill', `${meter}-${close.day}-${noBill.opened}`)).toMatchObject({ withdrawn_height: noBill.withdrawn });
  });
  test('and the cursor, one block ahead of the results that are certain', async () => {
    const { header } = await blockAt(lived.chain.rpc, lived.height);
    expect(await chainHead(sql)).toMatchObject({
      chainId: lived.chain.chainId,
      newest: lived.height,
      height: lived.height - 1,
      clock: { rate: RATE },
    });
    expect(Buffer.from((await readCursor(sql))!.appHash).toString('hex')).toBe(header.app_hash.toLowerCase());
    expect(await sql`select * from chain.bad_transaction`).toHaveLength(0);
  });
  test('for books and API to read, not to write', async () => {
    const books = connect({ url: reference.urls.books, application: 'test' });
    expect((await books`select id from chain.meter`).length).toBe(4);
    await expect(books`delete from chain.meter`).rejects.toThrow(/permission denied/);
    await books.end();
  });
});

describe('the index holds the same to the byte', () => {
  test('read block by block as the chain lives, in transactions of one block', async () => {
    const live = await startLyingNode(lived.chain.rpcUrl);
    live.maxHeight = 1;
    const grow = setInterval(() => {
      live.maxHeight = Math.min(live.maxHeight + 4, lived.height);
    }, 20);
    try {
      expect(
        hashOf(
          await freshIndex(async ({ urls }) => {
            const run = startIndexer({ rpcUrls: [live.url], databaseUrl: urls.indexer });
            await run.reached(lived.height);
            await run.stop();
          }),
        ),
      ).toBe(hashOf(content));
    } finally {
      clearInterval(grow);
      await live.stop();
    }
  });
  test('after `index --reset`', async () => {
    expect(
      hashOf(
        await freshIndex(async ({ urls }) => {
          for (const round of [1, 2]) {
            const run = startIndexer({ rpcUrls: [window_.url], databaseUrl: urls.indexer });
            await run.reached(lived.height);
            await run.stop();
            if (round === 1) await withIndex(urls.indexer, resetIndex);
          }
        }),
      ),
    ).toBe(hashOf(content));
  });
  test('with a reset under a running indexer, which begins again', async () => {
    expect(
      hashOf(
        await freshIndex(async ({ urls }) => {
          const half = await startLyingNode(lived.chain.rpcUrl);
          half.maxHeight = Math.floor(lived.height / 2);
          const run = startIndexer({ rpcUrls: [half.url], databaseUrl: urls.indexer });
          await run.reached(half.maxHeight);
          await withIndex(urls.indexer, resetIndex);
          half.maxHeight = lived.height;
          await run.reached(lived.height);
          await run.stop();
          await half.stop();
        }),
      ),
    ).toBe(hashOf(content));
  });
  test('killed again and again while it writes', async () => {
    const slow = await startLyingNode(lived.chain.rpcUrl);
    slow.maxHeight = 0;
    let kills = 0;
    try {
      expect(
        hashOf(
          await freshIndex(async ({ urls }) => {
            while (slow.maxHeight < lived.height || (await heightOf(urls.indexer)) < lived.height) {
              slow.maxHeight += 1;
              const child = spawn(
                process.execPath,
                [fileURLToPath(new URL('../../../test/kit/index-process.ts', import.meta.url)), slow.url, urls.indexer],
                { stdio: ['ignore', 'pipe', 'inherit'] },
              );
              const ended = new Promise((resolve) => child.once('exit', resolve));
              const begun = await new Promise<number>((resolve) => child.stdout.on('data', () => resolve(slow.maxHeight)));
              const grow = setInterval(() => {
                slow.maxHeight = Math.min(slow.maxHeight + 1, lived.height);
              }, 3);
              while (slow.maxHeight < Math.min(begun + lived.height / 4, lived.height)) await sleep(1);
              if (slow.maxHeight === lived.height) while ((await heightOf(urls.indexer)) < lived.height) await sleep(20);
              clearInterval(grow);
              child.kill('SIGKILL');
              kills++;
              await ended;
            }
          }),
        ),
      ).toBe(hashOf(content));
      expect(kills).toBeGreaterThan(2);
    } finally {
      await slow.stop();
    }
  });
  test('with Postgres cutting connections and the node away in between', async () => {
    const shaky = await startLyingNode(lived.chain.rpcUrl);
    shaky.maxHeight = 10;
    let lines: string[] = [];
    try {
      expect(
        hashOf(
          await freshIndex(async ({ urls, superUrl, database }) => {
            const run = startIndexer({ rpcUrls: [shaky.url], databaseUrl: urls.indexer });
            lines = run.lines;
            await run.reached(10);
            await withIndex(superUrl, (admin) =>
              cutInTransaction(admin, database, urls.indexer, () => {
                shaky.maxHeight = 20;
              }),
            );
            await run.reached(20);
            shaky.down = true;
            await sleep(500);
            shaky.down = false;
            shaky.maxHeight = lived.height;
            await run.reached(lived.height);
            await run.stop();
          }),
        ),
      ).toBe(hashOf(content));
      expect(lines.join('')).toMatch(/database-away/);
      expect(lines.join('')).toMatch(/rpc-unreachable/);
    } finally {
      await shaky.stop();
    }
  });
  test('written by two indexers at once', async () => {
    expect(
      hashOf(
        await freshIndex(async ({ urls }) => {
          const runs = [1, 2].map(() => startIndexer({ rpcUrls: [window_.url], databaseUrl: urls.indexer }));
          await Promise.all(runs.map(({ failed }) => Promise.race([failed, sleep(1)])));
          while ((await heightOf(urls.indexer)) < lived.height) await sleep(20);
          await Promise.all(runs.map((run) => run.stop()));
        }),
      ),
    ).toBe(hashOf(content));
  });
});

/** Holds the cursor until the indexer's transaction waits for it, and cuts the indexer's connection just then. */
async function cutInTransaction(admin: Sql, database: string, url: string, goOn: () => void): Promise<void> {
  await withIndex(url, (index) =>
    index.begin(async (tx) => {
      await tx`select height from chain.cursor for update`;
      goOn();
      for (let cut = 0; cut === 0; await sleep(5)) {
        ({ count: cut } = await admin`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = ${database} and application_name = 'electra index' and wait_event_type = 'Lock'`);
      }
    }),
  );
}

const heightOf = (url: string) => withIndex(url, async (index) => (await chainHead(index))?.newest ?? 0);

describe('the tables', () => {
  test('are made once, and again without harm', async () => {
    await ensureIndexSchema(sql);
    expect(hashOf(await contentOf(sql))).toBe(hashOf(content));
  });
  test('of another schema.graphql are refused, and a reset mends that', async () => {
    const database = await startTestPostgres();
    await withIndex(database.urls.indexer, async (index) => {
      await ensureIndexSchema(index);
      await index`update chain.index_schema set hash = 'another'`;
      await expect(ensureIndexSchema(index)).rejects.toMatchObject({
        code: 'schema-changed',
        message: expect.stringContaining('index --reset'),
      });
      await resetIndex(index);
      await ensureIndexSchema(index);
    });
    await database.stop();
  });
});
