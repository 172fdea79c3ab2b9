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
