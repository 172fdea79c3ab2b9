/**
 * What settled weeks brought the community's fund, with the energy by which a tariff passes it on (docs/tariffs.md): from the ledger, the
 * community's own released days, and the days of the market that it took part in.
 *
 * The node knows what was shared of its own net to a tick of the price. Here energy taken is never more than it was, and energy given never
 * less: by one the supplier bills less, by the other it pays less, and nobody is to be promised what was not saved.
 */
import { dayToDate, PERIOD_DAYS, SLOTS_PER_DAY } from '../../protocol/index.ts';
import type { Sql } from '../db/index.ts';
import { settlementPrefix } from './journals.ts';
import type { OwnStatement } from './market.ts';

/** 96 values each, in Wh. */
export interface GainDay {
  day: number;
  /** of all members together */
  importWh: readonly number[];
  exportWh: readonly number[];
  /** from other communities: at least; to them: at most */
  takenWh: readonly number[];
  givenWh: readonly number[];
}

export interface GainWeek {
  fromDay: number;
  /** negative: it cost the fund */
  gainNel: bigint;
  days: GainDay[];
}

export interface Gains {
  /** newest first */
  weeks: GainWeek[];
  /** settled weeks of which not everything is known here, and why */
  leftOut: { fromDay: number; why: string }[];
}

interface MarketPricesOfDay {
  sharedNelPerWh: readonly number[];
  buyNelPerWh: readonly number[];
  sellNelPerWh: readonly number[];
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
/** All prices of a day are multiples of the chain's tick, so that is at most what divides all of them. */
const tickAtMost = ({ sharedNelPerWh, buyNelPerWh, sellNelPerWh }: MarketPricesOfDay): number =>
  [sharedNelPerWh, buyNelPerWh, sellNelPerWh].flat().reduce(divisor, 0);

/**
 * Bounds of what was shared of a net. Where sell is below p more was given than taken, so all that was taken was shared; else all that was
 * given. The other side's price is p thinned by the part that was shared, rounded against it by less than a tick.
 */
export function sharedBounds({ importWh, exportWh }: OwnStatement, prices: MarketPricesOfDay): Pick<GainDay, 'takenWh' | 'givenWh'> {
  const tick = tickAtMost(prices);
  const part = (wh: number, price: number, p: number, up: boolean): number => {
    const exact = BigInt(wh) * BigInt(price);
    return Number(up ? (exact + BigInt(p) - 1n) / BigInt(p) : exact / BigInt(p));
  };
  const { sharedNelPerWh: shared, buyNelPerWh: buy, sellNelPerWh: sell } = prices;
  const taken = (wh: number, i: number): number => {
    const p = shared[i];
    if (p > 0 && sell[i] < p) return wh;
    return p === 0 || buy[i] <= tick ? 0 : part(wh, buy[i] - tick, p, false);
  };
  const given = (wh: number, i: number): number => {
    const p = shared[i];
    return p === 0 || sell[i] === p ? wh : Math.min(wh, part(wh, sell[i] + tick, p, true));
  };
  return { takenWh: importWh.map(taken), givenWh: exportWh.map(given) };
}

interface GainsOptions {
  mainChainId: string;
  uplink: string;
  /** so many of the newest settled weeks */
  weeks: number;
}

/** Role electra_books. */
export async function gainsOf(sql: Sql, { mainChainId, uplink, weeks: most }: GainsOptions): Promise<Gains> {
  const settled = await sql<{ day: number; nel: string }[]>`
    select day, (-amount_nel)::text as nel from books.posting
    where account = 'fund' and starts_with(journal, ${settlementPrefix(mainChainId)}) order by day desc limit ${most}`;
  const found: Gains = { weeks: [], leftOut: [] };
  for (const { day: fromDay, nel } of settled) {
    const week = { fromDay, gainNel: BigInt(nel) };
    const days = await daysOf(sql, { mainChainId, uplink, ...week });
    if (typeof days === 'string') found.leftOut.push({ fromDay, why: days });
    else found.weeks.push({ ...week, days });
  }
  return found;
}

interface BookedRow {
  day: number;
  importWh: number[];
  exportWh: number[];
}
interface SharedRow extends OwnStatement, MarketPricesOfDay {
  day: number;
  amountNel: string;
}

const ZEROS: readonly number[] = Array<number>(SLOTS_PER_DAY).fill(0);

/** Of a settled week; or, as a sentence, what of it is not known here. */
async function daysOf(
  sql: Sql,
  { mainChainId, uplink, fromDay, gainNel }: Omit<GainsOptions, 'weeks'> & Pick<GainWeek, 'fromDay' | 'gainNel'>,
): Promise<GainDay[] | string> {
  const toDay = fromDay + PERIOD_DAYS - 1;
  const booked = await sql<BookedRow[]>`
    select day, total_import_wh as "importWh", total_export_wh as "exportWh" from books.day
    where version = 1 and state = 'released' and day between ${fromDay} and ${toDay} order by day`;
  const [{ first }] = await sql<{ first: number | null }[]>`select min(day) as first from books.day where version = 1`;
  const known = new Set(booked.map(({ day }) => day));
  for (let day = Math.max(fromDay, first ?? fromDay); day <= toDay; day++)
    if (!known.has(day)) return `${dayToDate(day)} is not released here`;
  const shared = await sql<SharedRow[]>`
    select m.day, m.shared_nel_per_wh as "sharedNelPerWh", m.buy_nel_per_wh as "buyNelPerWh", m.sell_nel_per_wh as "sellNelPerWh",
      m.amount_nel::text as "amountNel", u.import_wh as "importWh", u.export_wh as "exportWh"
    from books.market_day m join books.uplink_day u on u.day = m.day and u.uplink = ${uplink}
    where m.main_chain_id = ${mainChainId} and m.amount_nel is not null and m.day between ${fromDay} and ${toDay}`;
  const notedNel = shared.reduce((sum, { amountNel }) => sum - BigInt(amountNel), 0n);
  if (notedNel !== gainNel) return `its days come to ${notedNel} nELECTRA as noted here, and it was settled at ${gainNel}`;
  const bounds = new Map(shared.map((row) => [row.day, sharedBounds(row, row)]));
  return booked.map((row) => ({ ...row, ...(bounds.get(row.day) ?? { takenWh: ZEROS, givenWh: ZEROS }) }));
}
