/** Released books as everybody may read them: exact texts, hashes, prices. */
import type { Transaction } from '../pool.ts';
import type { DayPage } from './chain.ts';

export interface BookRow {
  day: number;
  version: number;
  book_hash: Uint8Array;
  roster_digest: Uint8Array;
  anchor_height: number;
  released_at: Date;
}

export const readBooks = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<BookRow[]> =>
  tx.query<BookRow>(
    (sql) => sql`
    select day, version, book_hash, roster_digest, anchor_height, released_at from books.day
    where state = 'released' and day between ${from} and ${to}
      ${after ? sql`and (day, version) < (${after[0]}::int4, ${after[1]}::int4)` : sql``}
    order by day desc, version desc limit ${limit}`,
  );

export async function readBook(tx: Transaction, day: number, version: number): Promise<BookRow | null> {
  const [row] = await tx.query<BookRow>(
    (sql) => sql`
    select day, version, book_hash, roster_digest, anchor_height, released_at from books.day
    where state = 'released' and day = ${day} and version = ${version}`,
  );
  return row ?? null;
}

export interface BookText {
  key: string;
  book: string;
  proofs: string;
}

/** Keys are `day:version`. */
export const readTexts = (tx: Transaction, keys: readonly string[]): Promise<BookText[]> =>
  tx.query<BookText>(
    (sql) => sql`
    select day || ':' || version as key, book, proofs from books.day
    where state = 'released' and day = any(${[...new Set(keys.map((key) => Number(key.split(':')[0])))]}::int4[])
      and (day || ':' || version) = any(${[...keys]}::text[])`,
  );

/** From the book's first version: prices of a day are final. */
export interface PriceDayRow {
  day: number;
  retail_nel_per_wh: number[];
  feed_in_nel_per_wh: number[];
  buy_nel_per_wh: number[];
  sell_nel_per_wh: number[];
  fee_per_day_nel: string;
}

export const readPrices = (tx: Transaction, days: readonly number[]): Promise<PriceDayRow[]> =>
  tx.query<PriceDayRow>(
    (sql) => sql`
    select day, retail_nel_per_wh, feed_in_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh, fee_per_day_nel
    from books.day where version = 1 and state = 'released' and day = any(${[...days]}::int4[])`,
  );

export interface ReleaseRow {
  day: number;
  released_at: Date;
}

/** When the books of days were given out; days that were not are left out. */
export const readReleases = (tx: Transaction, days: readonly number[]): Promise<ReleaseRow[]> =>
  tx.query<ReleaseRow>(
    (sql) => sql`select day, released_at from books.day where version = 1 and state = 'released' and day = any(${[...days]}::int4[])`,
  );

export async function lastReleasedDay(tx: Transaction): Promise<number | null> {
  const [row] = await tx.query<{ day: number | null }>((sql) => sql`select max(day) as day from books.day where state = 'released'`);
  return row.day;
}

export type ReleaseTime = Pick<ReleaseRow, 'day' | 'released_at'>;

/** When the newest days became final, corrections aside. */
export const readReleaseTimes = (tx: Transaction, limit: number): Promise<ReleaseTime[]> =>
  tx.query<ReleaseTime>(
    (sql) => sql`
    select day, released_at from books.day where version = 1 and state = 'released' order by day desc limit ${limit}`,
  );

export const readPriceDays = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<PriceDayRow[]> =>
  tx.query<PriceDayRow>(
    (sql) => sql`
    select day, retail_nel_per_wh, feed_in_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh, fee_per_day_nel
    from books.day where version = 1 and state = 'released' and day between ${from} and ${to} ${after ? sql`and day < ${after[0]}` : sql``}
    order by day desc limit ${limit}`,
  );
