/** The operator's report of a day: every reading and amount. Private: it never leaves the operator's machine by itself. */
import type { Source } from '../../../protocol/index.ts';
import { compareAddresses, dayToDate, PERIOD_DAYS } from '../../../protocol/index.ts';
import type { Db } from '../intake/chain-view.ts';

/** A corrected bill says which version it is of, and what the released versions before it were. */
export interface Corrected {
  version: number;
  history: { version: number; source: Source; amountNel: string }[];
}

/**
 * Wh and prices (nELECTRA/Wh) as numbers, amounts and fee (nELECTRA) as decimal strings; members in the order of their meters' address
 * bytes.
 */
export interface DayReport {
  day: string;
  chainId: string;
  tariff: { retailNelPerWh: number[]; feedInNelPerWh: number[]; feePerDayNel: string };
  members: ({
    member: string;
    meter: string;
    source: Source;
    importWh: number[];
    exportWh: number[];
    amountNel: string;
  } & Partial<Corrected>)[];
  totals: { importWh: number[]; exportWh: number[] };
  prices: { buyNelPerWh: number[]; sellNelPerWh: number[] };
  /** what sharing on a main chain brought in the week that the day lies in (docs/uplink.md), once that is settled; negative: cost */
  gain?: { from: string; nel: string };
}

interface DayRow {
  chain_id: string;
  retail_nel_per_wh: number[];
  feed_in_nel_per_wh: number[];
  fee_per_day_nel: string;
  total_import_wh: number[];
  total_export_wh: number[];
  buy_nel_per_wh: number[];
  sell_nel_per_wh: number[];
}

interface EntryRow {
  member: string;
  meter: string;
  version: number;
  source: Source;
  import_wh: number[];
  export_wh: number[];
  amount_nel: string;
}

/**
 * The report of a drafted or later day, corrected bills in their latest released version; null when the day has no book. Totals and prices
 * are those of version 1, final. A bill's history is in it, hence no view but all versions: the first, which the operator may see as a
 * draft, and the released ones.
 */
export async function reportOfDay(sql: Db, day: number): Promise<DayReport | null> {
  const [row] = await sql<DayRow[]>`
    select book::jsonb ->> 'chainId' as chain_id, retail_nel_per_wh, feed_in_nel_per_wh, fee_per_day_nel,
      total_import_wh, total_export_wh, buy_nel_per_wh, sell_nel_per_wh
    from books.day where day = ${day} and version = 1 and book is not null`;
  if (!row) return null;
  const entries = await sql<EntryRow[]>`
    select coalesce(m.name, e.member) as member, e.meter, e.version, e.source, e.import_wh, e.export_wh, e.amount_nel
    from books.entry e join books.day d using (day, version) left join books.member m on m.address = e.member
    where e.day = ${day} and (e.version = 1 or d.state = 'released') order by e.meter, e.version`;
  const gain = await gainOf(sql, day);
  const byMeter = Map.groupBy(entries, ({ meter }) => meter);
  return {
    day: dayToDate(day),
    chainId: row.chain_id,
    tariff: { retailNelPerWh: row.retail_nel_per_wh, feedInNelPerWh: row.feed_in_nel_per_wh, feePerDayNel: row.fee_per_day_nel },
    members: [...byMeter.values()].map(memberLine).sort((a, b) => compareAddresses(a.meter, b.meter)),
    totals: { importWh: row.total_import_wh, exportWh: row.total_export_wh },
    prices: { buyNelPerWh: row.buy_nel_per_wh, sellNelPerWh: row.sell_nel_per_wh },
    ...(gain && { gain }),
  };
}

/** Of the settled period that the day lies in: what it brought the fund. */
async function gainOf(sql: Db, day: number): Promise<DayReport['gain']> {
  const [row] = await sql<{ day: number; nel: string }[]>`
    select day, (-amount_nel)::text as nel from books.posting
    where account = 'fund' and journal like 'settlement:%' and day between ${day - PERIOD_DAYS + 1} and ${day} order by day desc limit 1`;
  return row && { from: dayToDate(row.day), nel: row.nel };
}

/** `versions`: of one meter, oldest first. */
function memberLine(versions: readonly EntryRow[]): DayReport['members'][number] {
  const e = versions.at(-1)!;
  const history = versions.slice(0, -1).map(({ version, source, amount_nel: amountNel }) => ({ version, source, amountNel }));
  return {
    member: e.member,
    meter: e.meter,
    source: e.source,
    importWh: e.import_wh,
    exportWh: e.export_wh,
    amountNel: e.amount_nel,
    ...(history.length > 0 ? { version: e.version, history } : {}),
  };
}
