/** A member's own meters and their quarter-hours. */
import { dayOfSlot, firstSlot, SLOT_S, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import { dateOfUnixS } from '../chain-head.ts';
import type { PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { notFound } from '../errors.ts';
import { globalId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { MeterRow } from '../rows/chain.ts';
import { readOwnMeters } from '../rows/chain.ts';
import type { IntervalRow, ReportRow } from '../rows/readings.ts';
import { readIntervals } from '../rows/readings.ts';

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
    read: (after, limit) => readOwnMeters(context.tx, viewerOf(context).address, { after, limit }),
  });

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
  serviceDay: (row: MeterRow) => row.service_day,
  finalReading: (row: MeterRow, _: unknown, context: Context) => context.loaders.finalReading.load(row.id),
  runs: (row: MeterRow, _: unknown, context: Context) => context.loaders.runs.load(row.id),
  maxWhPerSlot: (row: MeterRow) => row.max_wh_per_slot,
  lastReport: (row: MeterRow, _: unknown, context: Context) => context.loaders.lastReport.load(row.id),
  installCodes: (row: MeterRow, _: unknown, context: Context) => context.loaders.installCodes.load(row.id),
  disputedDays: (row: MeterRow, _: unknown, context: Context) => context.loaders.disputes.load(row.id),
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
