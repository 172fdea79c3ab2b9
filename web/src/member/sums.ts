/** Sums over own days: the one place where days become weeks, months and years, so that no two screens disagree. */
import { localWhOf } from '../../../src/protocol/index.ts';
import type { DayPrices, Interval, MemberDay } from './question.ts';

export interface Sum {
  days: number;
  importWh: bigint;
  exportWh: bigint;
  /** of released days */
  releasedDays: number;
  amountNel: bigint;
  feeNel: bigint;
  /** what it would have cost outside, without a fee */
  outsideNel: bigint;
  /** null where one of the days leaves it open */
  localImportWh: bigint | null;
  soldInsideWh: bigint | null;
  /** energy of released days alone, beside which shares stand */
  releasedImportWh: bigint;
  releasedExportWh: bigint;
}

const NOTHING: Sum = {
  days: 0,
  importWh: 0n,
  exportWh: 0n,
  releasedDays: 0,
  amountNel: 0n,
  feeNel: 0n,
  outsideNel: 0n,
  localImportWh: 0n,
  soldInsideWh: 0n,
  releasedImportWh: 0n,
  releasedExportWh: 0n,
};

const plus = (a: bigint | null, b: bigint | null): bigint | null => (a === null || b === null ? null : a + b);

const isReleased = (day: MemberDay): day is MemberDay & { amountNel: bigint; feeNel: bigint } => day.amountNel !== null;

export function sumOf(days: readonly MemberDay[]): Sum {
  const sum = { ...NOTHING };
  for (const day of days) {
    sum.days++;
    sum.importWh += day.importWh;
    sum.exportWh += day.exportWh;
    if (!isReleased(day)) continue;
    sum.releasedDays++;
    sum.amountNel += day.amountNel;
    sum.feeNel += day.feeNel;
    sum.outsideNel += day.outsideNel ?? 0n; // communities buy nothing outside of what they share
    sum.localImportWh = plus(sum.localImportWh, day.localImportWh);
    sum.soldInsideWh = plus(sum.soldInsideWh, day.soldInsideWh);
    sum.releasedImportWh += day.importWh;
    sum.releasedExportWh += day.exportWh;
  }
  return sum;
}

/** Whether anything is known of a day: quarter-hours that were reported or signed, or a bill, be it of copied values. */
export const isKnown = ({ quarterHours, amountNel }: MemberDay): boolean => quarterHours > 0 || amountNel !== null;

/** Better than outside, after the fee; negative where inside was dearer. */
export const savedNel = ({ outsideNel, amountNel }: Sum): bigint => outsideNel - amountNel;

/** A share in whole percent; null where there is nothing to share, or it is not known. */
export const percent = (part: bigint | null, whole: bigint): number | null =>
  part === null || whole === 0n ? null : Number((part * 100n + whole / 2n) / whole);

/** Of a quarter-hour's energy taken, what came from neighbours, in Wh; null where the prices leave it open. */
export const localWh = ({ slot, importWh }: Interval, prices: DayPrices): number | null =>
  localWhOf(importWh, { buy: prices.buyNelPerWh[slot], retail: prices.retailNelPerWh[slot], feedIn: prices.feedInNelPerWh[slot] });

/** Quarter-hours of several meters as one: known where every meter's is. */
export function together(intervals: readonly Interval[], meters: number): Interval[] {
  const bySlot = Map.groupBy(intervals, ({ day, slot }) => `${day}/${slot}`);
  return [...bySlot.values()]
    .filter((own) => own.length === meters)
    .map((own) => ({
      day: own[0].day,
      slot: own[0].slot,
      importWh: own.reduce((sum, { importWh }) => sum + importWh, 0),
      exportWh: own.reduce((sum, { exportWh }) => sum + exportWh, 0),
      provisional: own.some(({ provisional }) => provisional),
    }));
}
