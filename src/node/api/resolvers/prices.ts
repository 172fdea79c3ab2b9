/** Prices of released days: public, one row per day, from the book's first version (prices of a day are final). */
import type { PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { globalId } from '../ids.ts';
import type { PriceDayRow } from '../rows/books.ts';
import { readPriceDays } from '../rows/books.ts';

type RangeArgs = PageArgs & { from?: number | null; to?: number | null };

export const priceDays = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<PriceDayRow>(args, {
    shape: ['int'],
    keyOf: (row) => [row.day],
    read: (after, limit) => readPriceDays(tx, { from, to, after, limit }),
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
