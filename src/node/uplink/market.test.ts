/** The market's days on a community's node: prices of the proven book, and the own part, exact in money and to a tick in energy. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededInts } from '../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { parseSharedBook, sharedSlotPrice, sharedWh } from '../../protocol/index.ts';
import { connect, type Sql } from '../db/index.ts';
import { noteMarketDays, shareOf } from './market.ts';

const vectors = JSON.parse(readFileSync(new URL('../../../sdk/vectors/shared-books.json', import.meta.url), 'utf8')) as { book: string };
const book = parseSharedBook(vectors.book);
const own = book.meters.find((one) => one.source === 'metered')!;
const TICK = 1_000;

let [database, sql] = [] as unknown as [TestPostgres, Sql];
beforeAll(async () => {
  database = await startTestPostgres();
  sql = connect({ url: database.urls.books, max: 2, application: 'test market' });
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

test('the shorter side is shared whole, the longer one to a tick of the price, and the amount is what the rule makes it', () => {
  const int = seededInts(15);
  const P = 191_000;
  const of = (pick: (slot: number) => number): number[] => Array.from({ length: 96 }, (_, slot) => pick(slot));
  const flows = [0, 1, 2].map(() => of(() => int(4_000) * (int(4) === 0 ? 0 : 1)));
  const gives = of(() => int(9_000));
  const [demand, supply] = [of((slot) => flows.reduce((sum, one) => sum + one[slot], 0)), gives];
  const slots = demand.map((d, slot) => sharedSlotPrice(d, supply[slot], P, TICK));
  const prices = { buyNelPerWh: slots.map(({ buy }) => buy), sellNelPerWh: slots.map(({ sell }) => sell) };
  const tariff = { rule: 'shared/1', retailNelPerWh: of(() => P), feedInNelPerWh: of(() => 0), feePerDayNel: 7n };
  const { takenWh, amountNel } = shareOf({ importWh: flows[0], exportWh: of(() => 0) }, { tariff, prices });
  for (const [slot, wh] of flows[0].entries()) {
    const truly = sharedWh(
      flows.map((one) => one[slot]),
      Math.min(demand[slot], supply[slot]),
    )[0];
    expect(Math.abs(takenWh[slot] - truly)).toBeLessThanOrEqual(1 + (wh * TICK) / P);
    expect(takenWh[slot]).toBeLessThanOrEqual(wh);
  }
  expect(amountNel).toBe(flows[0].reduce((sum, wh, slot) => sum + BigInt(wh * slots[slot].buy), 7n));
  const given = shareOf({ importWh: of(() => 0), exportWh: gives }, { tariff, prices });
  expect(given.givenWh.every((wh, slot) => wh <= gives[slot])).toBe(true);
  expect(given.amountNel).toBe(gives.reduce((sum, wh, slot) => sum - BigInt(wh) * BigInt(slots[slot].sell), 7n));
});

test('what costs nothing tells nothing of how much was shared', () => {
  const zeros = Array<number>(96).fill(0);
  const tariff = { ...book.tariff, retailNelPerWh: zeros };
  const { takenWh } = shareOf(
    { importWh: Array<number>(96).fill(9), exportWh: zeros },
    { tariff, prices: { buyNelPerWh: zeros, sellNelPerWh: zeros } },
  );
  expect(takenWh).toEqual(zeros);
});

const proven = { day: book.day, version: 1 as const, height: 9, bookHash: '' };
const options = (uplink: string, asked: number[] = []) => ({
  ...{ sql, chainId: book.chainId, uplink, view: { provenDays: async () => [proven] } },
  bookOf: async ({ day }: { day: number }) => {
    asked.push(day);
    return vectors.book;
  },
});

/** What this community has stated of the day. */
const stated = (commitment: bigint) => sql`
  insert into books.uplink_day (day, main_chain_id, uplink, import_wh, export_wh, blinding, commitment)
  values (${book.day}, ${book.chainId}, ${own.meter}, ${Array<number>(96).fill(3)}, ${Array<number>(96).fill(0)}, ${Buffer.alloc(31)},
    ${String(commitment)})`;

test('a day is noted once, with the own part where the book has the own statement', async () => {
  if (own.source !== 'metered') throw new Error('expected a metered community in the vectors');
  await stated(own.C);
  const asked: number[] = [];
  expect([await noteMarketDays(options(own.meter, asked)), await noteMarketDays(options(own.meter, asked))]).toEqual([1, 0]);
  expect(asked).toEqual([book.day]);
  const [row] = await sql`select * from books.market_day`;
  expect(row).toMatchObject({ day: book.day, main_chain_id: book.chainId, buy_nel_per_wh: book.prices.buyNelPerWh });
  const expected = shareOf({ importWh: Array<number>(96).fill(3), exportWh: Array<number>(96).fill(0) }, book);
  expect([row.taken_wh, row.amount_nel]).toEqual([expected.takenWh, String(expected.amountNel)]);
  await expect(sql`update books.market_day set amount_nel = 0`).rejects.toThrow();
});

test('a day that the community took no part in, by the book’s word, has prices and no part of its own', async () => {
  const other = await startTestPostgres();
  const there = connect({ url: other.urls.books, max: 1, application: 'test market' });
  await noteMarketDays({ ...options('electra1nobody'), sql: there });
  const [row] = await there`select taken_wh, amount_nel, sell_nel_per_wh from books.market_day`;
  expect(row).toEqual({ taken_wh: null, amount_nel: null, sell_nel_per_wh: book.prices.sellNelPerWh });
  await there.end();
  await other.stop();
});
