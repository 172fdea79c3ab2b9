import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import type { BulkTable } from './bulk.ts';
import { columnTexts, insertRows, insertStatement, replacing } from './bulk.ts';
import type { Sql } from './connect.ts';
import { connect } from './connect.ts';

const THING = {
  name: 'thing',
  types: { id: 'text', small: 'int4', big: 'int8', field: 'numeric', bytes: 'bytea', list: 'int4[]', late: 'boolean', json: 'jsonb' },
} as const satisfies BulkTable;
const FIELD = 2n ** 253n + 1n;
const row = (id: string) => ({
  id,
  small: -5,
  big: 2n ** 60n + 1n,
  field: FIELD,
  bytes: Uint8Array.of(0, 255),
  list: [1, -2],
  late: false,
  json: '{"a":"1"}',
});
const nothing = (id: string) => ({ id, small: null, big: null, field: null, bytes: null, list: null, late: null, json: null });

let database: TestPostgres;
let sql: Sql;
beforeAll(async () => {
  database = await startTestPostgres();
  sql = connect({ url: database.urls.owner, max: 1, application: 'test' });
  await sql`
    create temp table thing (
      id text primary key, small int4, big int8, field numeric(78,0), bytes bytea, list int4[], late boolean, json jsonb)`;
});
afterAll(async () => {
  await sql.end();
  await database.stop();
});

describe('rows in bulk', () => {
  test('come back as they were, of every type, and nulls as nulls', async () => {
    expect(await insertRows(sql, THING, [row('a'), nothing('b')])).toBe(2);
    const [a, b] = await sql`select * from thing order by id`;
    expect(a).toEqual({ ...row('a'), field: String(FIELD), bytes: Buffer.of(0, 255), json: { a: '1' } });
    expect(b).toEqual(nothing('b'));
  });
  test('leave a known key as it is, and say how many were new', async () => {
    expect(await insertRows(sql, THING, [{ ...row('a'), small: 7 }, row('c')])).toBe(1);
    expect((await sql`select small from thing where id = 'a'`)[0].small).toBe(-5);
  });
  test('replace a known key where that is asked for', async () => {
    await sql.unsafe(insertStatement(THING, replacing(THING, 'id')), columnTexts(THING, [{ ...nothing('a'), small: 7 }]));
    expect((await sql`select small, big from thing where id = 'a'`)[0]).toEqual({ small: 7, big: null });
  });
  test('keep texts that mean something in a list of texts', async () => {
    const odd = ['{x}', '\\x00', 'NULL', '', 'a "quoted", one'];
    await insertRows(
      sql,
      { name: 'thing', types: { id: 'text' } },
      odd.map((id) => ({ id })),
    );
    expect((await sql`select id from thing where id = any(${odd})`).map(({ id }) => id).sort()).toEqual([...odd].sort());
  });
  test('are no statement at all when there are none', async () => expect(await insertRows(sql, THING, [])).toBe(0));
});
