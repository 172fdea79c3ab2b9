/**
 * The market of the main chain, for this community's own pages: prices of each proven day, and what of its own net was shared. The book
 * comes from any node's blocks, and counts by the hash that the index has of its anchor; the own part is made of the own statement.
 */
import { billAmount, decodeSharedWhole, parseSharedBook, type SharedBook } from '../../protocol/index.ts';
import { type BulkTable, insertRows } from '../db/bulk.ts';
import type { Sql } from '../db/index.ts';
import { bookFromBlocks, ChainNode } from '../indexer/index.ts';
import type { MainView, ProvenMainDay } from './main-view.ts';

/** Older days are nobody's question. */
const DAYS_KEPT = 60;
const DAYS_A_PASS = 5;

const MARKET_DAY = {
  name: 'books.market_day',
  types: {
    ...{ day: 'int4', main_chain_id: 'text', shared_nel_per_wh: 'int4[]', buy_nel_per_wh: 'int4[]', sell_nel_per_wh: 'int4[]' },
    ...{ taken_wh: 'int4[]', given_wh: 'int4[]', amount_nel: 'numeric' },
  },
} as const satisfies BulkTable;

export interface OwnStatement {
  importWh: readonly number[];
  exportWh: readonly number[];
}

export interface MarketShare {
  takenWh: number[];
  givenWh: number[];
  /** what the community owes for the day, fee included (negative: is owed) */
  amountNel: bigint;
}

/**
 * What of a community's net was shared, by the day's prices: the side that was short is shared whole, the other as its price says, which
 * is thinned by just that part, and rounded to a tick. The amount is exact, the energy to that tick; to the Wh the exchange node knows it.
 */
export function shareOf({ importWh, exportWh }: OwnStatement, { tariff, prices }: Pick<SharedBook, 'tariff' | 'prices'>): MarketShare {
  const part = (wh: number, price: number, slot: number): number => {
    const p = tariff.retailNelPerWh[slot];
    return p === 0 ? 0 : Number((BigInt(wh) * BigInt(price)) / BigInt(p));
  };
  const { buyNelPerWh: buy, sellNelPerWh: sell } = prices;
  return {
    takenWh: importWh.map((wh, slot) => part(wh, buy[slot], slot)),
    givenWh: exportWh.map((wh, slot) => part(wh, sell[slot], slot)),
    amountNel: billAmount({ importWh, exportWh, prices, feePerDayNel: tariff.feePerDayNel }),
  };
}

export interface MarketOptions {
  /** this community's database, role electra_books */
  sql: Sql;
  view: Pick<MainView, 'provenDays'>;
  chainId: string;
  uplink: string;
  /** the text of a day's book, which has its anchored hash */
  bookOf: (day: ProvenMainDay) => Promise<string>;
}

/** Notes days that the main chain has proven and that are not noted yet, a few at a time. Returns how many. */
export async function noteMarketDays(options: MarketOptions): Promise<number> {
  const { sql, view, bookOf } = options;
  const days = await view.provenDays(DAYS_KEPT);
  const known = await sql<{ day: number }[]>`select day from books.market_day where day = any(${days.map(({ day }) => day)}::int4[])`;
  const noted = new Set(known.map(({ day }) => day));
  const due = days.filter(({ day }) => !noted.has(day)).slice(0, DAYS_A_PASS);
  for (const day of due) await note(options, parseSharedBook(await bookOf(day)));
  return due.length;
}

/** From the first node whose blocks have it. @throws what the last one was refused by */
export const bookFrom =
  (rpcUrls: readonly string[], signal: AbortSignal): MarketOptions['bookOf'] =>
  async (day) => {
    let last: unknown;
    for (const url of rpcUrls) {
      const node = new ChainNode(url, signal);
      try {
        return (await bookFromBlocks(node, day, decodeSharedWhole)).book;
      } catch (error) {
        signal.throwIfAborted();
        last = error;
      } finally {
        node.close();
      }
    }
    throw last;
  };

async function note({ sql, chainId, uplink }: MarketOptions, book: SharedBook): Promise<void> {
  const entry = book.meters.find(({ meter }) => meter === uplink);
  const [own] = await sql<{ importWh: number[]; exportWh: number[]; commitment: string }[]>`
    select import_wh as "importWh", export_wh as "exportWh", commitment from books.uplink_day
    where day = ${book.day} and uplink = ${uplink}`;
  const isOwn = own && entry?.source === 'metered' && entry.C === BigInt(own.commitment);
  const share = isOwn ? shareOf(own, book) : null;
  const { buyNelPerWh, sellNelPerWh } = book.prices;
  const row = {
    ...{ day: book.day, main_chain_id: chainId, shared_nel_per_wh: book.tariff.retailNelPerWh },
    ...{ buy_nel_per_wh: buyNelPerWh, sell_nel_per_wh: sellNelPerWh, taken_wh: share?.takenWh ?? null, given_wh: share?.givenWh ?? null },
    amount_nel: share ? String(share.amountNel) : null,
  };
  await insertRows(sql, MARKET_DAY, [row]);
}
