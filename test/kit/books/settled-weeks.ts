/** Weeks that a community shared and settled, in its own books as the node would have written them: every day alike. */
import type { Sql } from '../../../src/node/db/index.ts';
import { billAmount, PERIOD_DAYS } from '../../../src/protocol/index.ts';
import { address } from './index-rows.ts';

export const MAIN = 'electra-main-5eed0002';
export const UPLINK = address('uplink');
/** By day members take more than they give from slot 0 on, by night from slot 48 on less. */
const half = (first: number, second: number): number[] => Array.from({ length: 96 }, (_, slot) => (slot < 48 ? first : second));
export const MEMBERS = { importWh: half(150, 50), exportWh: half(50, 250) };
const NET = { importWh: half(100, 0), exportWh: half(0, 200) };
/** Some half of what is short, or of what is left over, is shared. */
const PRICES = { buyNelPerWh: half(96_000, 190_000), sellNelPerWh: half(190_000, 96_000) };
const SHARED = half(190_000, 190_000);
const amountOfDay = (feePerDayNel = 1_000_000n): bigint => billAmount({ ...NET, prices: PRICES, feePerDayNel });
export const GAIN_OF_WEEK = -amountOfDay() * BigInt(PERIOD_DAYS);

async function bookedDay(sql: Sql, day: number): Promise<void> {
  const zeros = half(0, 0);
  await sql`
    insert into books.day (day, version, state, roster_digest, frozen_unix_s, book, book_hash, proofs, anchor_height, released_at,
      fee_per_day_nel, retail_nel_per_wh, feed_in_nel_per_wh, total_import_wh, total_export_wh, buy_nel_per_wh, sell_nel_per_wh)
    values (${day}, 1, 'released', '', 0, '{}', '', '', 1, now(), 0, ${zeros}, ${zeros}, ${MEMBERS.importWh}, ${MEMBERS.exportWh},
      ${zeros}, ${zeros})`;
}

async function sharedDay(sql: Sql, day: number, feePerDayNel: bigint): Promise<void> {
  await sql`
    insert into books.uplink_day (day, main_chain_id, uplink, import_wh, export_wh, blinding, commitment)
    values (${day}, ${MAIN}, ${UPLINK}, ${NET.importWh}, ${NET.exportWh}, ${Buffer.alloc(31)}, 1)`;
  await sql`
    insert into books.market_day (day, main_chain_id, shared_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh, taken_wh, given_wh, amount_nel)
    values (${day}, ${MAIN}, ${SHARED}, ${PRICES.buyNelPerWh}, ${PRICES.sellNelPerWh}, ${half(0, 0)}, ${half(0, 0)},
      ${String(amountOfDay(feePerDayNel))})`;
}

interface WeekOptions {
  /** of the main chain: a high one makes a loss of the week */
  feePerDayNel?: bigint;
  /** what the chain settled; default what its days come to */
  gainNel?: bigint;
  /** days of it that this community's books do not have */
  unbooked?: readonly number[];
  mainChainId?: string;
}

/** Role electra_books. */
export async function settledWeek(sql: Sql, fromDay: number, options: WeekOptions = {}): Promise<void> {
  const { feePerDayNel = 1_000_000n, unbooked = [], mainChainId = MAIN } = options;
  const days = Array.from({ length: PERIOD_DAYS }, (_, i) => fromDay + i);
  for (const day of days) {
    if (!unbooked.includes(day)) await bookedDay(sql, day);
    await sharedDay(sql, day, feePerDayNel);
  }
  const gainNel = options.gainNel ?? -amountOfDay(feePerDayNel) * BigInt(PERIOD_DAYS);
  const journal = `settlement:${mainChainId}:${fromDay}`;
  await sql`
    insert into books.posting (journal, account, amount_nel, day, version)
    values (${journal}, 'treasury', ${String(gainNel)}, ${fromDay}, 1), (${journal}, 'fund', ${String(-gainNel)}, ${fromDay}, 1)`;
}
