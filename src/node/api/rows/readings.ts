/** A member's own reports and quarter-hours. Every statement names the owner, besides the policies of the tables. */
import { INTERVAL_LIMIT_WH } from '../../../protocol/meter/commitment.ts';
import { dayOfSlot, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import type { Transaction } from '../pool.ts';
import { checked, ownMeterIds } from './chain.ts';

export interface ReportRow {
  meter: string;
  slot: number;
  import_register_wh: bigint;
  export_register_wh: bigint;
  power_w: number;
  provisional: boolean;
}

export interface IntervalRow {
  slot: number;
  import_wh: bigint;
  export_wh: bigint;
  provisional: boolean;
}

export interface StatementRow {
  day: number;
  import_start_wh: bigint;
  export_start_wh: bigint;
  import_wh: number[];
  export_wh: number[];
  blinding: Uint8Array;
  flags: number;
}

/** What an own meter stated and the vault could open, oldest first: with the blindings, as the meter itself exports it. */
export const readStatements = (
  tx: Transaction,
  owner: string,
  { meter, from, to }: { meter: string; from: number; to: number },
): Promise<StatementRow[]> =>
  tx.query<StatementRow>(
    (sql) => sql`
    select s.day, s.import_start_wh, s.export_start_wh, s.import_wh, s.export_wh, s.blinding, s.flags
    from books.statement s join ${ownMeterIds(sql, owner)} m on m.id = s.meter
    where s.meter = ${meter} and s.status = 'opened' and s.day between ${from} and ${to} order by s.day`,
  );

export function readLastReports(tx: Transaction, owner: string, ids: readonly string[]): Promise<ReportRow[]> {
  return tx.query<ReportRow>(
    (sql) => sql`
    select r.* from ${ownMeterIds(sql, owner)} m
    cross join lateral (
      select meter, slot, import_register_wh, export_register_wh, power_w, height > ${checked(sql)} as provisional
      from books.report where meter = m.id and status = 'opened' order by slot desc limit 1) r
    where m.id = any(${[...ids]}::text[])`,
  );
}

/**
 * Quarter-hours of an own meter, slots `from` to `to`: from the signed statement where there is one, else from two reports in a row. Where
 * a report is lost the two slots beside it are not known until the statement comes, so they are left out rather than guessed.
 */
export function readIntervals(
  tx: Transaction,
  owner: string,
  meter: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<IntervalRow[]> {
  return tx.query<IntervalRow>(
    (sql) => sql`
    with own as (select id from ${ownMeterIds(sql, owner)} m where id = ${meter}),
    statement as (
      select s.day, s.import_wh, s.export_wh from books.statement s join own on own.id = s.meter
      where s.status = 'opened' and s.day between ${dayOfSlot(from)} and ${dayOfSlot(to)}),
    reported as (
      select r.slot, r.import_register_wh - lag(r.import_register_wh) over w as import_wh,
             r.export_register_wh - lag(r.export_register_wh) over w as export_wh,
             r.slot - lag(r.slot) over w as gap
      from books.report r join own on own.id = r.meter
      where r.status = 'opened' and r.slot between ${from - 1} and ${to} window w as (order by r.slot))
    select * from (
      select s.day * ${SLOTS_PER_DAY} + i - 1 as slot, s.import_wh[i]::int8 as import_wh, s.export_wh[i]::int8 as export_wh,
             false as provisional
      from statement s cross join generate_series(1, ${SLOTS_PER_DAY}) i
      union all
      select r.slot, r.import_wh, r.export_wh, true from reported r
      where r.gap = 1 and r.import_wh between 0 and ${INTERVAL_LIMIT_WH - 1} and r.export_wh between 0 and ${INTERVAL_LIMIT_WH - 1}
        and not exists (select from statement s where s.day = r.slot / ${SLOTS_PER_DAY})
    ) t where slot between ${from} and ${to} order by slot limit ${limit}`,
  );
}
