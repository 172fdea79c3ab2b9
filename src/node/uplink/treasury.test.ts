/** The treasury in the ledger is what the main chain's state shows, whatever came in between, and no period is posted twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address } from '../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import type { MainState } from '../../reader/light/index.ts';
import { reportOfDay } from '../books/index.ts';
import { connect, type Sql } from '../db/index.ts';
import { ledgerOf, postTreasury, type Treasury, treasuryOf } from './treasury.ts';

const OWN = { uplink: address('uplink'), treasury: address('treasury') };
const OTHER = address('other');
let database: TestPostgres;
let sql: Sql;
beforeAll(async () => {
  database = await startTestPostgres();
  sql = connect({ url: database.urls.books, max: 3, application: 'test treasury' });
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

/** Two periods: of the first the community is owed 700 of 1000, of which 333 are paid in; of the second it owes 400, 150 of it still. */
const settlement = {
  entries: [
    { fromDay: 10, uplink: OWN.uplink, amountNel: -700n, pool: 1n, height: 5n },
    { fromDay: 10, uplink: OTHER, amountNel: -300n, pool: 1n, height: 5n },
    { fromDay: 17, uplink: OWN.uplink, amountNel: 400n, pool: 2n, height: 6n },
    { fromDay: 24, uplink: OWN.uplink, amountNel: -9n, pool: 0n, height: 7n },
  ],
  periods: [10, 17].map((fromDay) => ({ fromDay, readyUnixS: 1n, executedUnixS: 2n })),
  pools: [
    { number: 1n, fromDay: 10, claimsNel: 1000n, paidNel: 333n },
    { number: 2n, fromDay: 17, claimsNel: 380n, paidNel: 230n },
  ],
  claims: [
    { pool: 1n, uplink: OWN.uplink, amountNel: 700n },
    { pool: 1n, uplink: OTHER, amountNel: 300n },
  ],
  debts: [{ pool: 2n, uplink: OWN.uplink, leftNel: 150n }],
  escrowsNel: new Map([[OWN.uplink, 40n]]),
};
const stateOf = (over: object = {}): MainState =>
  ({ bank: { balancesNel: new Map([[OWN.treasury, 5000n]]) }, settlement: { ...settlement, ...over } }) as unknown as MainState;

test('what a community has is balance, escrow and claims not yet paid, less its debts', () => {
  expect(treasuryOf(stateOf(), OWN)).toEqual({
    ...{ balanceNel: 5000n, escrowNel: 40n, claimsNel: 467n, debtsNel: 150n, totalNel: 5357n },
    settled: [
      { fromDay: 10, amountNel: -700n },
      { fromDay: 17, amountNel: 400n },
    ],
    waiting: [{ fromDay: 24, amountNel: -9n }],
    voidClaims: [],
  });
});

test('a claim that came after its period was executed, with others or with nobody, is void, and counts nothing', () => {
  const periods = [...settlement.periods, { fromDay: 24, readyUnixS: 1n, executedUnixS: 2n }];
  expect(treasuryOf(stateOf({ periods }), OWN)).toMatchObject({ waiting: [], voidClaims: [24], totalNel: 5357n });
  const pools = [...settlement.pools, { number: 3n, fromDay: 24, claimsNel: 0n, paidNel: 0n }];
  expect(treasuryOf(stateOf({ periods, pools }), OWN)).toMatchObject({ waiting: [], voidClaims: [24], totalNel: 5357n });
});

const at = (height: number, mainChainId = 'main-1') => ({ height, chainUnixS: 30 * 86_400, mainChainId, treasury: OWN.treasury });
const journals = async (): Promise<string[]> =>
  (await sql<{ journal: string }[]>`select distinct journal from books.posting order by journal`).map(({ journal }) => journal);

test('periods are posted against the fund, all else lies in suspense, and the ledger has what the chain shows', async () => {
  const found = treasuryOf(stateOf(), OWN);
  expect(await postTreasury(sql, found, at(100))).toBe(3);
  expect(await journals()).toEqual(['settlement:main-1:10', 'settlement:main-1:17', 'treasury:main-1:100']);
  // 300 were gained of 5357: the others came from elsewhere
  expect(await ledgerOf(sql)).toEqual({ treasuryNel: 5357n, suspenseNel: -5057n, gainNel: 300n, balancesNel: 0n, transitNel: 0n });
});

test('the operator’s report of a day says what its week brought, once that is settled', async () => {
  const zeros = Array<number>(96).fill(0);
  for (const day of [9, 16, 17])
    await sql`insert into books.day (day, version, state, roster_digest, frozen_unix_s, book, book_hash, fee_per_day_nel,
        retail_nel_per_wh, feed_in_nel_per_wh, total_import_wh, total_export_wh, buy_nel_per_wh, sell_nel_per_wh)
      values (${day}, 1, 'drafted', '', 0, '{"chainId":"x"}', '', 0, ${zeros}, ${zeros}, ${zeros}, ${zeros}, ${zeros}, ${zeros})`;
  const gains = await Promise.all([9, 16, 17].map(async (day) => (await reportOfDay(sql, day))?.gain));
  expect(gains).toEqual([undefined, { from: '1970-01-11', nel: '700' }, { from: '1970-01-18', nel: '-400' }]);
});

test('again, by two at once, from an older block, and after a period alone: nothing twice, nothing in suspense', async () => {
  const found = treasuryOf(stateOf(), OWN);
  expect(await Promise.all([postTreasury(sql, found, at(101)), postTreasury(sql, found, at(101))])).toEqual([0, 0]);
  const poorer: Treasury = { ...found, totalNel: 1n };
  expect(await postTreasury(sql, poorer, at(99))).toBe(0);
  const next = { ...found, totalNel: found.totalNel + 9n, settled: [...found.settled, { fromDay: 24, amountNel: -9n }] };
  expect(await postTreasury(sql, next, at(102))).toBe(1);
  expect(await ledgerOf(sql)).toEqual({ treasuryNel: 5366n, suspenseNel: -5057n, gainNel: 309n, balancesNel: 0n, transitNel: 0n });
  await expect(
    sql`insert into books.posting (journal, account, amount_nel, day, version) values ('settlement:main-1:24', 'x', 1, 24, 1)`,
  ).rejects.toThrow();
});

test('blocks and weeks of another main chain, joined later, begin anew: nothing of it is taken for what is posted', async () => {
  const { settled } = treasuryOf(stateOf(), OWN);
  const other = { ...treasuryOf(stateOf(), OWN), totalNel: 50n, settled: settled.slice(0, 1) };
  expect(await postTreasury(sql, other, at(3, 'main:2'))).toBe(2);
  expect((await journals()).filter((journal) => journal.includes('main%3A2'))).toEqual(['settlement:main%3A2:10', 'treasury:main%3A2:3']);
  expect(await ledgerOf(sql)).toMatchObject({ treasuryNel: 50n, gainNel: 1009n });
});
