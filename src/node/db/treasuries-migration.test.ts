/** What was posted before journals named their main chain is of the chain that was shared on then, and is not posted again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { connect, knownMigrations, migrate, type Sql } from './index.ts';

let [database, owner] = [] as unknown as [TestPostgres, Sql];
beforeAll(async () => {
  database = await startTestPostgres({ migrations: knownMigrations().indexOf('0032_treasuries') });
  owner = connect({ url: database.urls.owner, max: 1, application: 'test migration' });
}, 60_000);
afterAll(async () => {
  await owner?.end();
  await database?.stop();
});

const post = (journal: string, day: number) => owner`
  insert into books.posting (journal, account, amount_nel, day, version)
  values (${journal}, 'treasury', 1, ${day}, 1), (${journal}, 'fund', -1, ${day}, 1)`;
const shared = (day: number, on: string) => owner`
  insert into books.uplink_day (day, main_chain_id, uplink, import_wh, export_wh, blinding, commitment)
  values (${day}, ${on}, 'u', ${Array(96).fill(0)}, ${Array(96).fill(0)}, ${Buffer.alloc(31)}, 1)`;

test('a deposit without a main chain that it could be of is refused, not posted again later', async () => {
  await post('deposit:TX:0', 13);
  await expect(migrate(database.urls.owner)).rejects.toThrow('deposit:TX:0 is of no known main chain');
  expect(await owner`select distinct journal from books.posting`).toEqual([{ journal: 'deposit:TX:0' }]);
});

test('journals are named after the main chain of their day; a community’s own and an exchange’s are left as they are', async () => {
  await shared(12, 'main-1');
  await shared(30, 'main:2%');
  const kept = ['day:11:1', `settlement:10:electra1${'q'.repeat(38)}`, 'draw:deposit:TX:0'];
  const journals: [string, number][] = [
    ['settlement:10', 10],
    ['settlement:24', 24],
    ...kept.map((name) => [name, 11] as [string, number]),
    ['treasury:5', 9], // before anything was shared
    ['treasury:7:1', 31],
  ];
  for (const [journal, day] of journals) await post(journal, day);
  await migrate(database.urls.owner);
  const rows = await owner<{ journal: string }[]>`select distinct journal from books.posting`;
  expect(rows.map(({ journal }) => journal).sort()).toEqual(
    [
      ...kept,
      ...['settlement:main-1:10', 'settlement:main%3A2%25:24', 'treasury:main-1:5', 'treasury:main%3A2%25:7:1', 'deposit:main-1:TX:0'],
    ].sort(),
  );
  await expect(owner`update books.posting set amount_nel = 2`).rejects.toThrow();
});
