import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import { connect } from '../db/index.ts';
import type { Transaction } from './pool.ts';
import { ViewerPool } from './pool.ts';
import { hashToken } from './token.ts';

let db: TestPostgres;
const pools: ViewerPool[] = [];
const poolOf = (slots: number, slotWaitMs?: number, statementTimeoutMs?: number): ViewerPool => {
  const pool = new ViewerPool({ url: db.urls.api, slots, queue: { waitMs: slotWaitMs, strangersWaiting: 256 }, statementTimeoutMs });
  pools.push(pool);
  return pool;
};
const tokens = Array.from({ length: 40 }, (_, i) => Buffer.alloc(32, i + 1));
const addressOf = (i: number): string => `electra1viewer${i}`;

beforeAll(async () => {
  db = await startTestPostgres();
  const api = connect({ url: db.urls.api, application: 'test' });
  const books = connect({ url: db.urls.books, application: 'test' });
  for (const [i, token] of tokens.entries()) {
    await api`
      insert into access.session (token_hash, address, expires_at)
      values (${hashToken(token)}, ${addressOf(i)}, now() + interval '1 hour')`;
    await books`insert into books.member (address, name) values (${addressOf(i)}, ${`name-${i}`})`;
  }
  await Promise.all([api.end(), books.end()]);
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await db.stop();
});

const namesSeen = async (tx: Transaction) =>
  (await tx.query<{ name: string }>((sql) => sql`select name, pg_sleep(random() * 0.004) from books.member`)).map((row) => row.name);

describe('slots', () => {
  test('are left for whose session is known, when strangers hold all that they may', async () => {
    const pool = poolOf(4, 300);
    await pool.run(hashToken(tokens[0]), {}, namesSeen);
    let end = () => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    const strangers = [null, hashToken(tokens[1]), null, null].map((token) => pool.run(token, {}, () => held).catch(({ code }) => code));
    expect(await pool.run(hashToken(tokens[0]), {}, namesSeen)).toEqual(['name-0']);
    expect(await pool.run(null, { house: true }, namesSeen)).toEqual([]);
    // a session, but not known yet
    await expect(pool.run(hashToken(tokens[2]), {}, namesSeen)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    end();
    await Promise.all(strangers);
    expect(await pool.run(hashToken(tokens[2]), {}, namesSeen)).toEqual(['name-2']);
  });
});

describe('identities', () => {
  test('never mix: 600 requests of 40 viewers and of nobody over 3 connections', async () => {
    const pool = poolOf(3, 60_000);
    const requests = Array.from({ length: 200 }, (_, i) => i % 41);
    const results: string[][] = [];
    for (let round = 0; round < 3; round++) {
      results.push(
        ...(await Promise.all(
          requests.map((i) =>
            pool.run(i === 40 ? null : hashToken(tokens[i]), { write: i % 2 === 0 }, async (tx) => {
              const seen = await Promise.all([namesSeen(tx), namesSeen(tx), namesSeen(tx)]);
              return [tx.viewer?.address ?? 'nobody', ...seen.flat()];
            }),
          ),
        )),
      );
    }
    expect(results).toHaveLength(600);
    for (const [n, result] of results.entries()) {
      const i = requests[n % 200];
      expect(result).toEqual(i === 40 ? ['nobody'] : [addressOf(i), `name-${i}`, `name-${i}`, `name-${i}`]);
    }
    expect(pool.identityMismatches).toBe(0);
  });

  test("not even beyond the driver's pipeline limit of 100 statements at once", async () => {
    const pool = poolOf(2, 60_000);
    const viewers = async (tx: Transaction) =>
      (
        await Promise.all(
          Array.from({ length: 250 }, () => tx.query<{ v: string }>((sql) => sql`select current_setting('electra.viewer') as v`)),
        )
      ).map(([row]) => row.v);
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => pool.run(hashToken(tokens[i]), {}, viewers)));
    for (const [i, result] of results.entries()) expect(new Set(result)).toEqual(new Set([addressOf(i)]));
  });

  test('nothing is left over for whoever comes next', async () => {
    const pool = poolOf(1);
    await pool.run(hashToken(tokens[0]), { write: true }, namesSeen);
    expect(await pool.run(null, {}, async (tx) => [tx.viewer, await namesSeen(tx)])).toEqual([null, []]);
    await pool
      .run(hashToken(tokens[0]), {}, async (tx) => {
        await tx.query((sql) => sql`select 1/0`);
      })
      .catch(() => {});
    expect(await pool.run(null, {}, namesSeen)).toEqual([]);
  });

  test('an answer is thrown away when its viewer changed under it', async () => {
    const pool = poolOf(1);
    const run = pool.run(hashToken(tokens[0]), {}, async (tx) => {
      await tx.query((sql) => sql`select set_config('electra.viewer', ${addressOf(1)}, true)`);
      return namesSeen(tx);
    });
    await expect(run).rejects.toMatchObject({ code: 'identity-mixed' });
    expect(pool.identityMismatches).toBe(1);
    expect(await pool.run(hashToken(tokens[2]), {}, namesSeen)).toEqual(['name-2']);
  });

  test('a transaction that ended behind our back is noticed', async () => {
    const pool = poolOf(1);
    const run = pool.run(hashToken(tokens[0]), { write: true }, async (tx) => {
      await tx.query((sql) => sql.unsafe('commit'));
      return namesSeen(tx);
    });
    await expect(run).rejects.toMatchObject({ code: 'identity-mixed' });
  });
});

describe('the end of a request', () => {
  test('a resolver that goes on after the answer gets nothing', async () => {
    const pool = poolOf(1);
    let late: Promise<unknown> = Promise.resolve();
    await pool.run(hashToken(tokens[0]), {}, async (tx) => {
      late = new Promise((resolve) => setTimeout(resolve, 30)).then(() => namesSeen(tx));
      late.catch(() => {});
      return null;
    });
    const other = pool.run(hashToken(tokens[1]), {}, async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return namesSeen(tx);
    });
    await expect(late).rejects.toMatchObject({ code: 'transaction-ended' });
    expect(await other).toEqual(['name-1']);
  });
  test('a statement under way is waited for before anybody else gets the connection', async () => {
    const pool = poolOf(1);
    let slow: Promise<unknown> = Promise.resolve();
    await pool.run(hashToken(tokens[0]), {}, async (tx) => {
      slow = tx.query<{ v: string }>((sql) => sql`select pg_sleep(0.1), current_setting('electra.viewer') as v`).then(([row]) => row.v);
      return null;
    });
    expect(await slow).toBe(addressOf(0));
  });
  test('a failed statement fails the request, even where the resolver forgave it', async () => {
    const run = poolOf(1).run(null, {}, async (tx) => {
      await tx.query((sql) => sql`select 1/0`).catch(() => {});
      return 'fine';
    });
    await expect(run).rejects.toMatchObject({ code: '22012' });
  });
  test('a query cannot write', async () => {
    const run = poolOf(1).run(hashToken(tokens[0]), {}, (tx) => tx.query((sql) => sql`delete from access.session`));
    await expect(run).rejects.toMatchObject({ code: '25006' });
  });
});

describe('trouble', () => {
  test('a connection that is cut in mid-request fails that request only, and the next one works', async () => {
    const pool = poolOf(1);
    const killer = connect({ url: db.superUrl, max: 1, application: 'test' });
    for (const pauseMs of [0, 1, 5, 40, 0, 40]) {
      const run = pool.run(hashToken(tokens[0]), {}, async (tx) => {
        const [{ pid }] = await tx.query<{ pid: number }>((sql) => sql`select pg_backend_pid() as pid`);
        await killer`select pg_terminate_backend(${pid})`;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        return namesSeen(tx);
      });
      await expect(run).rejects.toThrow();
      expect(await pool.run(hashToken(tokens[3]), {}, namesSeen)).toEqual(['name-3']);
    }
    await killer.end();
  });
  test('an unknown and an expired session are refused', async () => {
    const pool = poolOf(1);
    await expect(pool.run(hashToken(Buffer.alloc(32, 99)), {}, namesSeen)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const api = connect({ url: db.urls.api, max: 1, application: 'test' });
    await api`
      insert into access.session (token_hash, address, expires_at)
      values (${hashToken(Buffer.alloc(32, 98))}, ${addressOf(0)}, now() - interval '1 second')`;
    await api.end();
    await expect(pool.run(hashToken(Buffer.alloc(32, 98)), {}, namesSeen)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
  test('when all slots are taken, requests wait, and not forever', async () => {
    const pool = poolOf(1, 50);
    const slow = pool.run(null, {}, (tx) => tx.query((sql) => sql`select pg_sleep(0.3)`));
    await expect(pool.run(null, {}, namesSeen)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await slow;
    expect(await pool.run(null, {}, namesSeen)).toEqual([]);
    expect([pool.inUse, pool.waiting]).toEqual([0, 0]);
  });
  test('a statement that takes too long is ended', async () => {
    const run = poolOf(1, 1000, 100).run(null, {}, (tx) => tx.query((sql) => sql`select pg_sleep(20)`));
    await expect(run).rejects.toMatchObject({ code: '57014' });
  });
  test('so is a request of many statements, and its connection', async () => {
    const pool = poolOf(1, 1000, 100);
    await expect(
      pool.run(null, {}, async (tx) => {
        for (let i = 0; i < 20; i++) await tx.query((sql) => sql`select pg_sleep(0.05)`);
      }),
    ).rejects.toThrow();
    expect(await pool.run(hashToken(tokens[0]), {}, namesSeen)).toEqual(['name-0']);
  });
  test('after the end nothing runs', async () => {
    const pool = poolOf(1);
    await pool.close();
    await expect(pool.run(null, {}, namesSeen)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
