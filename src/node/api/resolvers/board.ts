/** The operator's board: meters, power, keys, tariffs, and how complete a month is. */
import { monthDays } from '../../../protocol/invoice/invoice.ts';
import { DAY_S, SLOT_S } from '../../../protocol/values/time.ts';
import { type ChainHead, dateOfUnixS, readHead } from '../chain-head.ts';
import type { PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { ApiError, badInput } from '../errors.ts';
import type { AnnouncedTariffRow, InvoicingRow, MeterDayRow, OperatedMeterRow, ServiceRow, UnmeteredRow } from '../rows/board.ts';
import {
  countSignedIn,
  readAnnounced,
  readInService,
  readInvoicing,
  readLastPricedSlot,
  readMeterDays,
  readOperatedMeters,
  readPower,
  readSealingKey,
  readUnmetered,
} from '../rows/board.ts';
import { endOfSlot, SILENT_S, silentSince } from '../silence.ts';
import type { RangeArgs } from './audit.ts';

async function headOf({ tx, service }: Context): Promise<ChainHead> {
  const head = await readHead(tx, service.now());
  if (!head) throw new ApiError('UNAVAILABLE', 'the index has not begun');
  return head;
}

/** The oldest slot whose report is recent enough. */
const recentSlot = ({ chainUnixS }: ChainHead): number => Math.ceil((chainUnixS - SILENT_S) / SLOT_S) - 1;

interface ShownMeter extends OperatedMeterRow {
  silent: boolean;
}

export async function meters(_: unknown, args: PageArgs, context: Context) {
  const head = await headOf(context);
  return page<ShownMeter>(args, {
    shape: ['text'],
    keyOf: (row) => [row.id],
    read: async (after, limit) =>
      (await readOperatedMeters(context.tx, { after, limit })).map((row) => ({
        ...row,
        silent: silentSince(row, head.chainUnixS) !== null,
      })),
  });
}

export const OperatedMeter = {
  address: (row: ShownMeter) => row.id,
  firstDay: (row: ShownMeter) => row.first_day,
  serviceDay: (row: ShownMeter) => row.service_day,
  lastDay: (row: ShownMeter) => row.last_day,
  maxWhPerSlot: (row: ShownMeter) => row.max_wh_per_slot,
  installCodes: (row: ShownMeter, _: unknown, { loaders }: Context) => loaders.installCodes.load(row.id),
  lastReportAt: (row: ShownMeter) => (row.slot === null ? null : dateOfUnixS(endOfSlot(row.slot))),
};

export async function power(_: unknown, __: unknown, context: Context) {
  const { validators, reporting } = await readPower(context.tx, recentSlot(await headOf(context)));
  return { validators, reporting, needed: Math.floor((validators * 2) / 3) + 1 };
}

export async function sealingKey(_: unknown, __: unknown, context: Context) {
  const key = await readSealingKey(context.tx, (await headOf(context)).chainUnixS);
  return key && { epoch: key.epoch, since: dateOfUnixS(Number(key.effective_unix_s)) };
}

export const tariffs = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<AnnouncedTariffRow>(args, {
    shape: ['int'],
    keyOf: (row) => [row.from_day],
    read: (after, limit) => readAnnounced(tx, { after, limit }),
  });

export const AnnouncedTariff = {
  fromDay: (row: AnnouncedTariffRow) => row.from_day,
  retailNelPerWh: (row: AnnouncedTariffRow) => row.retail_nel_per_wh,
  feedInNelPerWh: (row: AnnouncedTariffRow) => row.feed_in_nel_per_wh,
  feePerDayNel: (row: AnnouncedTariffRow) => row.fee_per_day_nel,
};

export async function slotPricesUntil(_: unknown, __: unknown, { tx }: Context): Promise<Date | null> {
  const slot = await readLastPricedSlot(tx);
  return slot === null ? null : dateOfUnixS(endOfSlot(slot));
}

export const membersSignedIn = (_: unknown, __: unknown, { tx }: Context): Promise<number> => countSignedIn(tx);

export const unmeteredDays = (_: unknown, args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<UnmeteredRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.day, row.meter],
    read: (after, limit) => readUnmetered(tx, { from, to, after, limit }),
  });
};

export const UnmeteredDay = { source: (row: UnmeteredRow) => row.source.toUpperCase() };

function daysOf(month: string): { first: number; last: number } {
  try {
    return monthDays(month);
  } catch {
    throw badInput('month', 'a calendar month YYYY-MM');
  }
}

/** How a day of a meter in service stands. `known`: nothing, where it signed nothing and nothing is booked. */
function stateOf({ service_day, last_day }: ServiceRow, day: number, lastEnded: number, known: MeterDayRow | undefined): string {
  if (service_day === null || day < service_day || (last_day !== null && day > last_day)) return 'OUT';
  if (day > lastEnded) return 'AHEAD';
  if (!known) return 'MISSING';
  if (known.late && known.source !== 'metered' && known.source !== 'disputed') return 'LATE';
  if (known.source === null) return known.signed ? 'SIGNED' : 'MISSING';
  return known.source.toUpperCase();
}

export async function completeness(_: unknown, args: PageArgs & { month: string }, context: Context) {
  const { first, last } = daysOf(args.month);
  const lastEnded = Math.floor((await headOf(context)).chainUnixS / DAY_S) - 1;
  return page<ServiceRow & { states: string[] }>(args, {
    shape: ['text'],
    keyOf: (row) => [row.id],
    read: async (after, limit) => {
      const rows = await readInService(context.tx, { from: first, to: last, after, limit });
      const ids = rows.map(({ id }) => id);
      const known = new Map((await readMeterDays(context.tx, ids, first, last)).map((row) => [`${row.meter} ${row.day}`, row]));
      return rows.map((row) => ({
        ...row,
        states: Array.from({ length: last - first + 1 }, (_, i) => stateOf(row, first + i, lastEnded, known.get(`${row.id} ${first + i}`))),
      }));
    },
  });
}

export const MeterMonth = {
  meter: (row: ServiceRow) => row.id,
  days: (row: { states: string[] }) => row.states,
};

export const invoicing = (_: unknown, args: PageArgs & { month: string }, { tx }: Context) => {
  const { first: from, last: to } = daysOf(args.month);
  return page<InvoicingRow>(args, {
    shape: ['text'],
    keyOf: (row) => [row.member],
    read: (after, limit) => readInvoicing(tx, { month: args.month, from, to, after, limit }),
  });
};

export const MemberInvoicing = { issuedAt: (row: InvoicingRow) => row.issued_at };
