/** The command on a database of its own, with rows written by hand: what it takes back, what it refuses, and how it says so. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { electra, scratch } from '../../../test/kit/electra.ts';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import type { Sql } from '../../node/db/index.ts';
import { connect, writeSecret } from '../../node/db/index.ts';
import { dataFolder, makeFolders, writeSettings } from '../../node/processes/data-folder.ts';
import { dayToDate } from '../../protocol/values/time.ts';

const folder = scratch('redraft');
const day = 20_700;
let database: TestPostgres;
let sql: Sql;

beforeAll(async () => {
  database = await startTestPostgres();
  const data = dataFolder(folder.dir);
  makeFolders(data);
  writeSecret(join(data.secrets, 'db-books.url'), database.urls.books);
  writeSettings(data, { version: 1, chainId: 'electra-redraft-5eed0001', rpcUrls: ['http://127.0.0.1:1'] });
  sql = connect({ url: database.urls.books, max: 1, application: 'test' });
  for (const [n, state] of ['audited', 'drafted', 'proven', 'frozen'].entries()) {
    const drafted = state === 'frozen' ? {} : { book: `{"day":${n}}`, book_hash: randomBytes(32), proofs: '{}' };
    const row = { day: day + n, version: 1, state, roster_digest: randomBytes(32), frozen_unix_s: 0, ...drafted };
    await sql`insert into books.day ${sql(row)}`;
  }
});
afterAll(async () => {
  await sql.end();
  await database.stop();
  folder.remove();
});

const redraft = (n: number, ...more: string[]) => electra('redraft', dayToDate(day + n), '--data', folder.dir, ...more);
const states = async () => (await sql<{ state: string }[]>`select state from books.day order by day`).map(({ state }) => state);

describe('electra redraft', () => {
  test('refuses a day from the audit on, and one without a book, in one sentence', async () => {
    const [audited, unknown] = [await redraft(0), await redraft(9)];
    expect([audited.code, audited.err]).toEqual([
      1,
      expect.stringMatching(/^electra: date: 2026-09-04: .*audited: it can no longer change\n$/),
    ]);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/has no book\n$/)]);
    expect(await states()).toEqual(['audited', 'drafted', 'proven', 'frozen']);
  });
  test('takes back a draft with those of later days that continue it', async () => {
    const { code, out } = await redraft(1, '--json');
    expect([code, JSON.parse(out)]).toEqual([0, { days: [dayToDate(day + 1), dayToDate(day + 2)] }]);
    expect(await states()).toEqual(['audited', 'frozen', 'frozen', 'frozen']);
  });
  test('says so when there is none to take back', async () => expect((await redraft(1)).out).toMatch(/has no draft to take back/));
});
