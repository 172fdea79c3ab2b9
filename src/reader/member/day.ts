/**
 * One day of one meter, from the owner's side (protocol §7, last line): its statement gives C, its opening gives B, its readings at the
 * public prices give the amount. Nothing here is believed: the statement comes from the meter, the rest from the book.
 *
 * The trap: an opening that fits B proves nothing about the amount if B is another day's or another meter's, so meterDay is made here, from
 * the owner's own address and the day in question.
 */
import {
  type BillOpening,
  type Book,
  billAmount,
  billCommitment,
  commitDay,
  dayToDate,
  gridId,
  type MeterExport,
  meterDay,
  meterTag,
} from '../../protocol/index.ts';
import type { BookVersion, BundleDay } from '../bundle.ts';
import { type OwnCheck, own } from './own-checks.ts';

export type OwnDay = MeterExport['days'][number];
export type Entry = Book['meters'][number];

export const entryIn = (of: BookVersion | undefined, meter: string): Entry | undefined => of?.book.meters.find((m) => m.meter === meter);

/** The newest book of the day that has this meter. */
export const newestWith = (day: BundleDay, meter: string): BookVersion | undefined =>
  [...day.books.values()].filter((of) => entryIn(of, meter)).sort((a, b) => b.version - a.version)[0];

/** C of the owner's statement. */
const ownCommitment = (chainId: string, meter: string, day: OwnDay): bigint =>
  commitDay({ ...day, gridId: gridId(chainId), meterTag: meterTag(meter) });

/** Statement → C, against the book's entry and the roster. */
export function statementCheck(day: BundleDay, entry: Entry, mine: OwnDay | undefined, chainId: string): OwnCheck {
  const say = (status: OwnCheck['status'], detail: string) => own('statement', status, detail, day.date);
  const rostered = (meters: readonly { meter: string; commitment: bigint | null }[] | undefined) =>
    meters?.find((m) => m.meter === entry.meter)?.commitment ?? null;
  const C = mine && ownCommitment(chainId, entry.meter, mine);
  if (entry.source === 'substitute') {
    if (C !== undefined && rostered(day.chain?.lateRoster?.meters) === C)
      return say('open', 'booked as a substitute: this statement came late, and a correction of the book is due');
    return say(
      'open',
      `booked as a substitute: the chain has no statement of this meter in time${mine ? ', though the meter made one' : ''}; ` +
        "the readings are the node's, by the public rule",
    );
  }
  if (C === undefined) return say('unreadable', 'the export has no statement of this day');
  if (entry.source === 'disputed')
    return say(
      'open',
      `disputed by the operator; this statement ${rostered(day.roster?.meters) === C ? 'does open' : 'does not open'} ` +
        'the commitment on the chain',
    );
  return entry.C === C
    ? say('passed', "the meter's own statement and blinding give the book's C")
    : say(
        'failed',
        "the meter's own statement and blinding do not give the book's C: another meter's export, or not what this meter signed",
      );
}

/** What is wrong with an opening as a public statement about the anchored book; null if it opens B. */
export function openingFault(day: BundleDay, opening: BillOpening, chainId: string): string | null {
  const of = day.books.get(opening.version);
  const anchored = day.chain?.anchors[opening.version - 1]?.bookHash;
  if (anchored !== undefined && anchored !== opening.bookHash)
    return `names book ${opening.bookHash}, the chain anchored ${anchored} for version ${opening.version}`;
  if (!of) return `names version ${opening.version} of the book, which is not here`;
  if (of.hash !== opening.bookHash) return `names book ${opening.bookHash}, the one here is ${of.hash}`;
  const entry = entryIn(of, opening.meter);
  if (!entry) return `names version ${opening.version} of the book, which does not list this meter`;
  const B = billCommitment(meterDay(gridId(chainId), meterTag(opening.meter), day.day), opening.amountNel, opening.s);
  return B === entry.B ? null : "amount and s do not open the book's B";
}

/** Own readings × public prices + fee against the opened amount. */
export function amountCheck(day: BundleDay, opening: BillOpening, mine: OwnDay | undefined): OwnCheck {
  const say = (status: OwnCheck['status'], detail: string) => own('amount', status, detail, day.date);
  const of = day.books.get(opening.version);
  const entry = entryIn(of, opening.meter);
  if (!of || !entry || entry.source !== 'metered') return say('not-checked', "not billed on the meter's own readings");
  if (!mine) return say('unreadable', 'the export has no statement of this day');
  const amount = billAmount({
    importWh: mine.importWh,
    exportWh: mine.exportWh,
    prices: of.book.prices,
    feePerDayNel: of.book.tariff.feePerDayNel,
  });
  return amount === opening.amountNel
    ? say('passed', "the meter's own readings at the book's prices, and the fee, give the opened amount")
    : say('failed', "the meter's own readings at the book's prices, and the fee, give another amount than the opened one");
}

/** Σ of a day onto its opening registers. */
const closingOf = (d: OwnDay): { importWh: bigint; exportWh: bigint } => {
  const end = (start: bigint, values: readonly number[]) => values.reduce((sum, wh) => sum + BigInt(wh), start);
  return { importWh: end(d.importStartWh, d.importWh), exportWh: end(d.exportStartWh, d.exportWh) };
};

/** Whether the meter's own registers go on from the day before, where the export has it. */
export function ownRegistersFault(mine: OwnDay | undefined, before: OwnDay | undefined): string | null {
  if (!mine || !before) return null;
  const end = closingOf(before);
  return end.importWh === mine.importStartWh && end.exportWh === mine.exportStartWh
    ? null
    : `the meter's own registers do not go on from ${dayToDate(before.day)}`;
}
