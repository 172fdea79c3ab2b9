/** Prices of released days: public, one row per day, from the book's first version (prices of a day are final). */
import type { Context } from '../context.ts';
import { dayRange, page } from '../connection.ts';
import type { PageArgs } from '../connection.ts';
import { globalId } from '../ids.ts';
import type { Transaction } from '../pool.ts';

export interface PriceDayRow {
  day: number;
  retail_nel_per_wh: number[];
  feed_in_nel_per_wh: number[];
  buy_nel_per_wh: number[];
  sell_nel_per_wh: number[];
  fee_per_day_nel: string;
}

export function readPrices(tx: Transaction, days: readonly number[]): Promise<PriceDayRow[]> {
  return tx.query<PriceDayRow>(
    (sql) => sql`
    select day, retail_nel_per_wh, feed_in_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh, fee_per_day_nel
    from books.day where version = 1 and state = 'released' and day = any(${[...days]}::int4[])`,
  );
}

type RangeArgs = PageArgs & { from?: number | null; to?: number | null };

export const priceDays = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<PriceDayRow>(args, {
    shape: ['int'],
    keyOf: (row) => [row.day],
    read: (after, limit) =>
      tx.query<PriceDayRow>(
        (sql) => sql`
      select day, retail_nel_per_wh, feed_in_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh, fee_per_day_nel
      from books.day where version = 1 and state = 'released' and day between ${from} and ${to} ${after ? sql`and day < ${after[0]}` : sql``}
      order by day desc limit ${limit}`,
      ),
  });
};

export const PriceDay = {
  id: (row: PriceDayRow) => globalId('PriceDay', row.day),
  retailNelPerWh: (row: PriceDayRow) => row.retail_nel_per_wh,
  feedInNelPerWh: (row: PriceDayRow) => row.feed_in_nel_per_wh,
  buyNelPerWh: (row: PriceDayRow) => row.buy_nel_per_wh,
  sellNelPerWh: (row: PriceDayRow) => row.sell_nel_per_wh,
  feePerDayNel: (row: PriceDayRow) => row.fee_per_day_nel,
};
