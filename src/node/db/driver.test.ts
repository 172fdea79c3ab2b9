import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import type { Sql } from './connect.ts';
import { connect, isRetryable } from './connect.ts';

describe('a connection that dies in the middle of a transaction', () => {
  let db: TestPostgres;
  let sql: Sql;
  let admin: Sql;
  beforeAll(async () => {
    db = await startTestPostgres();
    sql = connect({ url: db.urls.indexer, max: 1, application: 'dies' });
    admin = connect({ url: db.superUrl, max: 1, application: 'test' });
  });
  afterAll(async () => {
    await Promise.all([sql?.end({ timeout: 1 }), admin?.end({ timeout: 1 })]);
    await db?.stop();
  });
  const cut = () =>
    admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${db.database} and application_name = 'dies'`;

  test('fails the transaction with an error to try again on, not the process', async () => {
    const cuts = [
      sql.begin(async (tx) => {
        await Promise.all([tx`select pg_sleep(5)`, cut()]);
      }),
      sql.begin(async (tx) => {
        await cut();
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx`select 1`;
      }),
    ];
    for (const outcome of await Promise.allSettled(cuts)) expect(outcome.status === 'rejected' && isRetryable(outcome.reason)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100)); // an uncaught exception would come now
  });
  test('and the same pool goes on afterwards, transactions included', async () => {
    expect(await sql.begin(async (tx) => (await tx`select 1 as one`)[0].one)).toBe(1);
    expect((await sql`select 2 as two`)[0].two).toBe(2);
  });
});

describe('a connection that dies while it asks for the types of arrays', () => {
  test('fails the query with an error to try again on, not the process; the next one asks again', async () => {
    const db = await startTestPostgres();
    const url = new URL(db.urls.indexer);
    const to = Number(url.port);
    let cuts = 0;
    const sockets = new Set<Socket>();
    const door = createServer((client) => {
      const postgres = connectSocket(to, '127.0.0.1');
      for (const socket of [client, postgres]) sockets.add(socket.on('error', () => {}));
      client.on('data', (chunk) => {
        if (cuts === 0 && chunk.includes('typarray')) {
          cuts++;
          client.resetAndDestroy(); // as a crashed server's machine does
          postgres.destroy();
        } else postgres.write(chunk);
      });
      postgres.pipe(client);
    });
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    url.port = String((door.address() as AddressInfo).port);
    const sql = connect({ url: url.href, max: 1, application: 'dies' });
    const arrays = async () => (await sql`select array[1, 2]::int4[] as found`)[0].found;
    expect(isRetryable(await arrays().catch((error: unknown) => error))).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100)); // an uncaught rejection would come now
    expect([cuts, await arrays()]).toEqual([1, [1, 2]]);
    await sql.end({ timeout: 1 });
    for (const socket of sockets) socket.destroy();
    door.close();
    await db.stop();
  });
});
