/**
 * A member's days in one row each: what screens and spreadsheets show of weeks, months and years. A released day has its bills' own values,
 * a day before that what the meters have said so far: so the same figure is the same wherever it stands.
 */
import { sharesOf } from '../../../protocol/day/shares.ts';
import { dayOfSlot, firstSlot, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import { dayRange } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { LIMITS } from '../limits.ts';
import { type BillRow, readBills } from '../rows/bills.ts';
import type { PriceDayRow } from '../rows/books.ts';
import { type MeterRow, readOwnMeters } from '../rows/chain.ts';
import { type IntervalRow, readIntervals } from '../rows/readings.ts';
import { isShared, readSharedEnergy, type SharedRow } from '../rows/shared.ts';
import { ownMeter } from './meters.ts';

const STATES = ['frozen', 'drafted', 'proven', 'audited', 'anchored', 'released'];
const SOURCES = ['metered', 'substitute', 'disputed'];
const VERSIONS_MAX = 20;

interface Sums {
  importWh: bigint;
  exportWh: bigint;
  /** quarter-hours of all meters that the sums are of */
  quarterHours: number;
  provisional: boolean;
}

interface Money {
  amountNel: bigint;
  feeNel: bigint;
  /** null where there is no outside: communities share nothing else (docs/shared-rule.md) */
  outsideNel: bigint | null;
  localImportWh: bigint | null;
  soldInsideWh: bigint | null;
}

export interface MemberDayRow extends Sums, Partial<Money> {
  day: number;
  meters: number;
  status: string | null;
  source: string | null;
  corrected: boolean;
}

const released = (bill: BillRow): boolean => bill.state === 'released';

/** The bill that counts of each meter: the newest released one, else the one on its way. Rows come newest first. */
function latest(bills: readonly BillRow[]): BillRow[] {
  const byMeter = Map.groupBy(bills, ({ meter }) => meter);
  return [...byMeter.values()].map((own) => own.find(released) ?? own[0]);
}

const least = (words: readonly string[], order: readonly string[]): string | null =>
  words.length === 0 ? null : order[Math.min(...words.map((word) => order.indexOf(word)))];
const most = (words: readonly string[], order: readonly string[]): string | null =>
  words.length === 0 ? null : order[Math.max(...words.map((word) => order.indexOf(word)))];

const total = (values: readonly (bigint | null)[]): bigint | null =>
  values.some((value) => value === null) ? null : (values as bigint[]).reduce((a, b) => a + b, 0n);

function moneyOf(bills: readonly BillRow[], prices: PriceDayRow): Money {
  const shares = bills.map((bill) =>
    sharesOf(
      { importWh: bill.import_wh!, exportWh: bill.export_wh! },
      {
        buyNelPerWh: prices.buy_nel_per_wh,
        sellNelPerWh: prices.sell_nel_per_wh,
        retailNelPerWh: prices.retail_nel_per_wh,
        feedInNelPerWh: prices.feed_in_nel_per_wh,
      },
    ),
  );
  return {
    amountNel: bills.reduce((sum, bill) => sum + BigInt(bill.amount_nel!), 0n),
    feeNel: BigInt(prices.fee_per_day_nel) * BigInt(bills.length),
    outsideNel: shares.reduce((sum, one) => sum + one.outsideNel, 0n),
    localImportWh: total(shares.map(({ localImportWh }) => localImportWh)),
    soldInsideWh: total(shares.map(({ soldInsideWh }) => soldInsideWh)),
  };
}

const sumsOfBills = (bills: readonly BillRow[]): Sums => ({
  importWh: BigInt(bills.reduce((sum, bill) => sum + bill.import_wh!.reduce((a, b) => a + b, 0), 0)),
  exportWh: BigInt(bills.reduce((sum, bill) => sum + bill.export_wh!.reduce((a, b) => a + b, 0), 0)),
  quarterHours: bills.length * SLOTS_PER_DAY,
  provisional: false,
});

const sumsOfIntervals = (rows: readonly IntervalRow[]): Sums => ({
  importWh: rows.reduce((sum, row) => sum + row.import_wh, 0n),
  exportWh: rows.reduce((sum, row) => sum + row.export_wh, 0n),
  quarterHours: rows.length,
  provisional: rows.some((row) => row.provisional),
});

const inService = ({ first_day, last_day }: MeterRow, day: number): boolean => first_day <= day && (last_day === null || day <= last_day);

/** By day, what of the owner's net was shared; null on a community's own chain, where it follows from prices. */
async function sharedByDay(args: DaysAsked, { from, to }: { from: number; to: number }, context: Context) {
  if (!(await isShared(context.tx))) return null;
  const rows = await readSharedEnergy(context.tx, viewerOf(context).address, { meter: args.meter, from, to });
  return Map.groupBy(rows, ({ day }) => day);
}

const sumOf = (rows: readonly SharedRow[], key: 'taken_wh' | 'given_wh'): bigint =>
  BigInt(rows.reduce((all, row) => all + row[key].reduce((a, b) => a + b, 0), 0));

const sharedMoney = (rows: readonly SharedRow[]): Pick<Money, 'outsideNel' | 'localImportWh' | 'soldInsideWh'> => ({
  outsideNel: null,
  localImportWh: sumOf(rows, 'taken_wh'),
  soldInsideWh: sumOf(rows, 'given_wh'),
});

/** Own meters, or one of them. */
async function metersAsked(meter: string | null | undefined, context: Context): Promise<MeterRow[]> {
  if (meter != null) return [await ownMeter(context, meter)];
  return readOwnMeters(context.tx, viewerOf(context).address, { after: null, limit: LIMITS.page });
}

interface DaysAsked {
  meter?: string | null;
  from: number;
  to: number;
}

/** One row a day from `from` to `to`, oldest first; days without an own meter in service are left out. */
export async function memberDays(args: DaysAsked, context: Context): Promise<MemberDayRow[]> {
  const { from, to } = dayRange(args, LIMITS.rangeDays);
  const owner = viewerOf(context).address;
  const meters = await metersAsked(args.meter, context);
  const limit = (to - from + 1) * Math.max(1, meters.length) * VERSIONS_MAX;
  const bills = Map.groupBy(await readBills(context.tx, owner, { meter: args.meter, from, to, limit }), ({ day }) => day);
  const range = { from: firstSlot(from), to: firstSlot(to) + SLOTS_PER_DAY - 1, limit: (to - from + 1) * SLOTS_PER_DAY };
  const intervals: IntervalRow[] = [];
  // One statement at a time: a request has one connection.
  for (const { id } of meters) intervals.push(...(await readIntervals(context.tx, owner, id, range)));
  const readings = Map.groupBy(intervals, ({ slot }) => dayOfSlot(slot));
  const shared = await sharedByDay(args, { from, to }, context);
  const days = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const rows = await Promise.all(days.map((day) => dayRow(day, meters, bills.get(day) ?? [], readings.get(day) ?? [], context)));
  if (shared) for (const row of rows) if (row.amountNel !== undefined) Object.assign(row, sharedMoney(shared.get(row.day) ?? []));
  return rows.filter(({ meters: count }) => count > 0);
}

async function dayRow(
  day: number,
  meters: readonly MeterRow[],
  all: readonly BillRow[],
  readings: readonly IntervalRow[],
  { loaders }: Context,
): Promise<MemberDayRow> {
  const own = latest(all);
  const prices = own.length > 0 && own.every(released) ? await loaders.prices.load(day) : null;
  return {
    day,
    meters: meters.filter((meter) => inService(meter, day)).length,
    status: least(
      own.map(({ state }) => state),
      STATES,
    ),
    source: most(
      own.map(({ source }) => source),
      SOURCES,
    ),
    corrected: own.some(({ version }) => version > 1),
    ...(prices ? { ...sumsOfBills(own), ...moneyOf(own, prices) } : sumsOfIntervals(readings)),
  };
}

export const MemberDay = {
  status: (row: MemberDayRow) => row.status?.toUpperCase() ?? null,
  source: (row: MemberDayRow) => row.source?.toUpperCase() ?? null,
};
