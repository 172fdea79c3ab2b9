import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import type { Sql } from './index.ts';
import {
  assertSchemaVersion,
  awaitSchema,
  connect,
  isRetryable,
  knownMigrations,
  migrate,
  readSecret,
  type SecretError,
  writeSecret,
} from './index.ts';

let database: TestPostgres;
const open: Sql[] = [];
const as = (role: keyof TestPostgres['urls']) => {
  const sql = connect({ url: database.urls[role], application: 'test' });
  open.push(sql);
  return sql;
};
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(async () => {
  await Promise.all(open.map((sql) => sql.end()));
  await database.stop();
});

describe('numbers', () => {
  test('int8 arrives as bigint, numeric as a decimal string, int4 as number, bytea as bytes, arrays likewise', async () => {
    const field = '21888242871839275222246405745257275088548364400416034343698204186575808495616';
    const [row] = await as('books')`
      select 9007199254740993::int8 as big, ${field}::numeric as field,
      7 as small, '\\x0102'::bytea as bytes, array[1, -2]::int4[] as list, array[1, 2]::int8[] as bigs`;
    expect(row.big).toBe(9007199254740993n);
    expect(row.field).toBe(field);
    expect(row.small).toBe(7);
    expect(Uint8Array.from(row.bytes)).toEqual(new Uint8Array([1, 2]));
    expect(row.list).toEqual([1, -2]);
    expect(row.bigs).toEqual([1n, 2n]);
  });
  test('a session runs in UTC', async () => {
    const [row] = await as('api')`show timezone`;
    expect(row.TimeZone).toBe('UTC');
  });
});

describe('schema version', () => {
  test('a migrated database is accepted by every role, and migrating again does nothing', async () => {
    for (const role of ['owner', 'indexer', 'books', 'prover', 'api'] as const) await assertSchemaVersion(as(role));
    expect(await migrate(database.urls.owner)).toEqual([]);
  });
  test('an older one is waited for, with a sentence, until it is migrated; a newer one is not', async () => {
    const owner = as('owner');
    const last = knownMigrations().at(-1)!;
    await owner`delete from public.schema_migration where name = ${last}`;
    const said: (string | null)[] = [];
    const log = { info: () => {}, warn: (_: object, message: string) => said.push(message), error: () => {} };
    const stop = new AbortController();
    const waitFor = (signal: AbortSignal) =>
      awaitSchema({ databaseUrl: database.urls.books, signal, log, waiting: (sentence) => said.push(sentence) });
    const waited = waitFor(stop.signal);
    const stopped = waitFor(AbortSignal.timeout(300)); // one that is stopped meanwhile ends
    await stopped;
    expect(said[0]).toMatch(new RegExp(`lacks migration ${last}.*electra migrate`));
    await owner`insert into public.schema_migration (name, run_on) values (${last}, now())`;
    await waited;
    expect(said.at(-1)).toBeNull();
    await owner`insert into public.schema_migration (name, run_on) values ('9999_from_the_future', now())`;
    await expect(waitFor(stop.signal)).rejects.toMatchObject({ code: 'schema-newer' });
    await owner`delete from public.schema_migration where name = '9999_from_the_future'`;
  });
  test('one that is being migrated, whose rights are given last, is waited for', async () => {
    const owner = as('owner');
    await owner`revoke select on public.schema_migration from electra_books`;
    const said: (string | null)[] = [];
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const waited = awaitSchema({
      ...{ databaseUrl: database.urls.books, signal: new AbortController().signal, log },
      waiting: (sentence) => said.push(sentence),
    });
    await expect.poll(() => said[0]).toMatch(/no right to its list of migrations yet: `electra migrate`/);
    await migrate(database.urls.owner);
    await waited;
    expect(said.at(-1)).toBeNull();
  });
  test('an older and a newer database are refused, each by its name', async () => {
    const sql = as('owner');
    const last = knownMigrations().at(-1)!;
    await sql`insert into public.schema_migration (name, run_on) values ('9999_from_the_future', now())`;
    await expect(assertSchemaVersion(sql)).rejects.toMatchObject({
      code: 'schema-newer',
      message: expect.stringContaining('9999_from_the_future'),
    });
    await sql`delete from public.schema_migration where name in ('9999_from_the_future', ${last})`;
    await expect(assertSchemaVersion(sql)).rejects.toMatchObject({ code: 'schema-outdated', message: expect.stringContaining(last) });
    await sql`insert into public.schema_migration (name, run_on) values (${last}, now())`;
    await assertSchemaVersion(sql);
  });
});

describe('roles', () => {
  test('the books write their own room', async () => {
    await as('books')`insert into books.member (address, name) values ('electra1x', 'rural-001')`;
    expect((await as('books')`select name from books.member`)[0].name).toBe('rural-001');
  });
  test.each([
    ['api', "insert into books.member (address, name) values ('a', 'b')"],
    ['api', 'select * from prove.input'],
    ['prover', 'select * from books.entry'],
    ['prover', 'select * from books.member'],
    ['indexer', 'select * from books.statement'],
    ['indexer', 'select * from prove.input'],
    ['books', 'update books.posting set amount_nel = 0'],
    ['books', 'create table books.x (i int)'],
    ['prover', 'create table prove.x (i int)'],
    ['api', 'create schema mine'],
  ] as const)('%s may not: %s', async (role, statement) => {
    await expect(as(role).unsafe(statement)).rejects.toMatchObject({ code: '42501' });
  });
  test('a wrong password is refused', async () => {
    const url = new URL(database.urls.books);
    url.password = 'wrong';
    const sql = connect({ url: url.href, application: 'test' });
    await expect(sql`select 1`).rejects.toMatchObject({ code: '28P01' });
    await sql.end();
  });
});

describe('errors', () => {
  test('a database that is away is retryable, a wrong query is not', async () => {
    const away = connect({ url: 'postgres://electra_books:x@127.0.0.1:9/electra', application: 'test' });
    expect(isRetryable(await away`select 1`.catch((error: unknown) => error))).toBe(true);
    await away.end();
    expect(isRetryable(await as('books')`select * from nowhere`.catch((error: unknown) => error))).toBe(false);
    const closed = as('books').begin('read only', (sql) => sql`create temp table t (a int); insert into t values (1)`.simple());
    await expect(closed).rejects.toMatchObject({ code: '25006' });
    expect(isRetryable(await closed.catch((error: unknown) => error))).toBe(true);
    expect(isRetryable(new Error('x'))).toBe(false);
    expect(isRetryable(null)).toBe(false);
  });
});

describe('secret files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'electra-secret-'));
  const path = join(dir, 'deep/secret');
  afterAll(() => rmSync(dir, { recursive: true }));
  test('what was written is read, and the file is closed to others', () => {
    writeSecret(path, 'first');
    writeSecret(path, 'second');
    expect(readSecret(path)).toBe('second');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
  test('a file open to others, an empty and a missing one are refused without showing the secret', () => {
    const refusal = (file: string) => {
      try {
        readSecret(file);
      } catch (error) {
        return error as SecretError;
      }
      throw new Error('accepted');
    };
    chmodSync(path, 0o640);
    expect(refusal(path)).toMatchObject({ code: 'bad-secret', message: expect.stringContaining('chmod 600') });
    expect(refusal(path).message).not.toContain(readFileSync(path, 'utf8').trim());
    chmodSync(path, 0o600);
    writeFileSync(path, '\n');
    expect(refusal(path).message).toContain('empty');
    expect(refusal(join(dir, 'none')).message).toContain('found none');
  });
});
