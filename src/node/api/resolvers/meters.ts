/** A member's own meters and their quarter-hours. Every statement names the owner, besides the policies of the tables. */
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { dateOfUnixS } from '../chain-head.ts';
import { dayRange, page } from '../connection.ts';
import type { PageArgs } from '../connection.ts';
import { notFound } from '../errors.ts';
import { globalId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { Transaction } from '../pool.ts';
import { SLOTS_PER_DAY, SLOT_S, dayOfSlot, firstSlot } from '../../../protocol/values/time.ts';
import { INTERVAL_LIMIT_WH } from '../../../protocol/meter/commitment.ts';

export interface MeterRow {
  id: string;
  first_day: number;
  last_day: number | null;
  max_wh_per_slot: number;
  validator: boolean;
}

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

export function readMeters(tx: Transaction, owner: string, ids: readonly string[]): Promise<MeterRow[]> {
  return tx.query<MeterRow>(
    (sql) => sql`
    select id, first_day, last_day, max_wh_per_slot, consensus_key is not null as validator
    from chain.meter where member = ${owner} and id = any(${[...ids]}::text[])`,
  );
}

/** An own meter; any other is not found, whether it exists or not. */
export async function ownMeter(context: Context, address: string): Promise<MeterRow> {
  const meter = await context.loaders.meter.load(address);
  if (!meter) throw notFound('no meter of yours has this address');
  return meter;
}

export const ownMeters = (args: PageArgs, context: Context) =>
  page<MeterRow>(args, {
    shape: ['text'],
    keyOf: (row) => [row.id],
    read: (after, limit) =>
      context.tx.query<MeterRow>(
        (sql) => sql`
    select id, first_day, last_day, max_wh_per_slot, consensus_key is not null as validator
    from chain.meter where member = ${viewerOf(context).address} ${after ? sql`and id > ${after[0]}` : sql``}
    order by id limit ${limit}`,
      ),
  });

export function readLastReports(tx: Transaction, owner: string, ids: readonly string[]): Promise<ReportRow[]> {
  return tx.query<ReportRow>(
    (sql) => sql`
    select r.* from chain.meter m
    cross join lateral (
      select meter, slot, import_register_wh, export_register_wh, power_w, height > (select results_height from chain.cursor) as provisional
      from books.report where meter = m.id and status = 'opened' order by slot desc limit 1) r
    where m.member = ${owner} and m.id = any(${[...ids]}::text[])`,
  );
}

/**
 * Quarter-hours of an own meter, slots `from` to `to`: from the signed statement where there is one, else from two reports in a row. Where a
 * report is lost the two slots beside it are not known until the statement comes, so they are left out rather than guessed.
 */
export function readIntervals(
  tx: Transaction,
  owner: string,
  meter: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<IntervalRow[]> {
  return tx.query<IntervalRow>(
    (sql) => sql`
    with own as (select id from chain.meter where id = ${meter} and member = ${owner}),
    statement as (
      select s.day, s.import_wh, s.export_wh from books.statement s join own on own.id = s.meter
      where s.status = 'opened' and s.day between ${dayOfSlot(from)} and ${dayOfSlot(to)}),
    reported as (
      select r.slot, r.import_register_wh - lag(r.import_register_wh) over w as import_wh, r.export_register_wh - lag(r.export_register_wh) over w as export_wh,
             r.slot - lag(r.slot) over w as gap
      from books.report r join own on own.id = r.meter
      where r.status = 'opened' and r.slot between ${from - 1} and ${to} window w as (order by r.slot))
    select * from (
      select s.day * ${SLOTS_PER_DAY} + i - 1 as slot, s.import_wh[i]::int8 as import_wh, s.export_wh[i]::int8 as export_wh, false as provisional
      from statement s cross join generate_series(1, ${SLOTS_PER_DAY}) i
      union all
      select r.slot, r.import_wh, r.export_wh, true from reported r
      where r.gap = 1 and r.import_wh between 0 and ${INTERVAL_LIMIT_WH - 1} and r.export_wh between 0 and ${INTERVAL_LIMIT_WH - 1}
        and not exists (select from statement s where s.day = r.slot / ${SLOTS_PER_DAY})
    ) t where slot between ${from} and ${to} order by slot limit ${limit}`,
  );
}

const intervals = (meter: MeterRow, args: PageArgs & { from: number; to: number }, context: Context) => {
  const { from, to } = dayRange(args, LIMITS.rangeDays);
  return page<IntervalRow>(args, {
    shape: ['int'],
    keyOf: (row) => [row.slot],
    read: (after, limit) => {
      const start = Math.max(firstSlot(from), after ? Number(after[0]) + 1 : 0);
      const end = firstSlot(to) + SLOTS_PER_DAY - 1;
      return start > end ? [] : readIntervals(context.tx, viewerOf(context).address, meter.id, { from: start, to: end, limit });
    },
  });
};

export const slotStart = (slot: number): Date => dateOfUnixS(slot * SLOT_S);

export const Meter = {
  id: (row: MeterRow) => globalId('Meter', row.id),
  address: (row: MeterRow) => row.id,
  firstDay: (row: MeterRow) => row.first_day,
  lastDay: (row: MeterRow) => row.last_day,
  maxWhPerSlot: (row: MeterRow) => row.max_wh_per_slot,
  lastReport: (row: MeterRow, _: unknown, context: Context) => context.loaders.lastReport.load(row.id),
  intervals,
};

export const Report = {
  day: (row: ReportRow) => dayOfSlot(row.slot),
  slot: (row: ReportRow) => row.slot % SLOTS_PER_DAY,
  at: (row: ReportRow) => slotStart(row.slot + 1),
  importRegisterWh: (row: ReportRow) => row.import_register_wh,
  exportRegisterWh: (row: ReportRow) => row.export_register_wh,
  powerW: (row: ReportRow) => row.power_w,
  provisional: (row: ReportRow) => row.provisional,
};

export const Interval = {
  day: (row: IntervalRow) => dayOfSlot(row.slot),
  slot: (row: IntervalRow) => row.slot % SLOTS_PER_DAY,
  startsAt: (row: IntervalRow) => slotStart(row.slot),
  importWh: (row: IntervalRow) => Number(row.import_wh),
  exportWh: (row: IntervalRow) => Number(row.export_wh),
};
