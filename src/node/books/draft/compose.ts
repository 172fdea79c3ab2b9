/**
 * A day's book from its readings (protocol §6): totals, prices, amounts, and a commitment to each; then the book's text, its hash, rho and
 * the masked sums. Pure: readings and random draws in, values out. The order matters: rho comes from the hash of a book that already fixes
 * every mask, so nobody can choose a mask to fit a rho. Whoever composes again draws again. A correction is the same without totals.
 */
import type { Book, Copied, Prices, Source, Tariff } from '../../../protocol/index.ts';
import {
  billAmount,
  billCommitment,
  bookHash,
  compareAddresses,
  encodeBook,
  fieldSum,
  gridDay,
  gridId,
  linkCommitment,
  maskCommitment,
  maskedSum,
  meterDay,
  meterTag,
  midMarket,
  outsideCost,
  pricesOf,
  rhoOf,
  SLOTS_PER_DAY,
  totalsCommitment,
} from '../../../protocol/index.ts';
import type { Draws } from './randomness.ts';

/** The day that a substitute copies, and what opens the meter's own commitment to it; of the zero day nothing. */
export interface Copy extends Copied {
  importStartWh: bigint;
  exportStartWh: bigint;
  /** of `from`: 31 bytes */
  blinding: Uint8Array;
}

/** One meter's day as it will be booked. Registers at 00:00 UTC; u0 and u1 blind them at 00:00 and 24:00. */
export interface Reading {
  meter: string;
  member: string;
  source: Source;
  importStartWh: bigint;
  exportStartWh: bigint;
  importWh: readonly number[];
  exportWh: readonly number[];
  /** of `C`: 31 bytes */
  blinding: Uint8Array;
  C: bigint;
  u0: bigint;
  u1: bigint;
  /** of what version 1 has as not metered; null everywhere else */
  copy: Copy | null;
}

export interface DayInput {
  chainId: string;
  day: number;
  tariff: Tariff;
  tick: number;
  rosterDigest: string;
  keys: Book['keys'];
  readings: readonly Reading[];
}

export type Entry = Reading & {
  meterTag: bigint;
  importEndWh: bigint;
  exportEndWh: bigint;
  k: bigint;
  v: bigint;
  s: bigint;
  amountNel: bigint;
  /** the book's prices, or the day's means where the entry is of a closed run */
  billedAt: Prices;
  K: bigint;
  B: bigint;
  L0: bigint;
  L1: bigint;
  S: bigint;
};

/** What every book has: the public text and the private side of its entries. */
export interface ComposedBook {
  book: Book;
  text: string;
  hash: string;
  rho: bigint;
  gridId: bigint;
  entries: Entry[];
  prices: Prices;
}

export type ComposedDay = ComposedBook & {
  totalImportWh: number[];
  totalExportWh: number[];
  X: bigint;
  x: bigint;
  maskSum: bigint;
  sumS: bigint;
  /** what the community owes the outside; what is left of all amounts is the fund's */
  outsideCostNel: bigint;
  fundNel: bigint;
};

/** Sum of a day's 96 values. */
export const sumWh = (values: readonly number[]): bigint => BigInt(values.reduce((sum, value) => sum + value, 0));

/** Of all readings, by slot. */
export const totals = (readings: readonly Reading[], key: 'importWh' | 'exportWh'): number[] =>
  Array.from({ length: SLOTS_PER_DAY }, (_, slot) => readings.reduce((sum, reading) => sum + reading[key][slot], 0));

/** Composes a day. `readings` in any order, one per meter; a total of 2^24 Wh or more in a slot is refused by ProtocolError. */
export function composeDay(input: DayInput, draws: Draws): ComposedDay {
  const { chainId, day, tariff, tick } = input;
  const readings = inOrder(input.readings);
  const grid = gridId(chainId);
  const [totalImportWh, totalExportWh] = [totals(readings, 'importWh'), totals(readings, 'exportWh')];
  const prices = midMarket({ importWh: totalImportWh, exportWh: totalExportWh, tariff, tick });
  const unmasked = readings.map((reading) => commit(reading, { grid, day, prices, feePerDayNel: tariff.feePerDayNel, draws }));

  const maskSum = fieldSum(unmasked.map((entry) => entry.k));
  const x = draws.totalsBlinding();
  const X = totalsCommitment({ gridDay: gridDay(grid, day), importWh: totalImportWh, exportWh: totalExportWh, maskSum, x });
  const book = seal({ chainId, day, version: 1, tariff, rosterDigest: input.rosterDigest, keys: input.keys, X, prices }, unmasked);

  const outsideCostNel = outsideCost(totalImportWh, totalExportWh, tariff);
  const fundNel = book.entries.reduce((sum, entry) => sum + entry.amountNel, 0n) - outsideCostNel;
  return {
    ...book,
    gridId: grid,
    totalImportWh,
    totalExportWh,
    X,
    x,
    maskSum,
    sumS: fieldSum(book.entries.map((entry) => entry.S)),
    outsideCostNel,
    fundNel,
  };
}

/** `first`: the day's version 1, whose tariff, prices and keys a correction repeats. `readings`: of the corrected meters only. */
export interface CorrectionInput {
  first: Book;
  tick: number;
  version: number;
  rosterDigest: string;
  readings: readonly Reading[];
}

/**
 * Composes a correction: bills at version 1's prices, those of closed runs at their means, no totals and so no clearing, with masks of its
 * own.
 */
export function composeCorrection({ first, tick, version, rosterDigest, readings }: CorrectionInput, draws: Draws): ComposedBook {
  const { chainId, day, tariff, keys, prices } = first;
  const grid = gridId(chainId);
  const unmasked = inOrder(readings).map((reading) =>
    commit(reading, { grid, day, prices: pricesOf(reading.source, { version, prices }, tick), feePerDayNel: tariff.feePerDayNel, draws }),
  );
  return { ...seal({ chainId, day, version, tariff, rosterDigest, keys, X: null, prices }, unmasked), gridId: grid };
}

const inOrder = (readings: readonly Reading[]): Reading[] => [...readings].sort((a, b) => compareAddresses(a.meter, b.meter));

/** Text, hash and rho of a book, and the masked sums under that rho. */
function seal({ tariff, ...head }: Omit<Book, 'meters'>, unmasked: readonly Omit<Entry, 'S'>[]): Omit<ComposedBook, 'gridId'> {
  const { rule, retailNelPerWh, feedInNelPerWh, feePerDayNel } = tariff;
  const book: Book = {
    ...head,
    tariff: { rule, retailNelPerWh, feedInNelPerWh, feePerDayNel },
    meters: unmasked.map(({ meter, source, C, K, B, L0, L1, copy }) => {
      const copied = copy && { fromDay: copy.fromDay, from: copy.from };
      return { meter, source, C, K, B, L0, L1, copied };
    }),
  };
  const text = encodeBook(book);
  const hash = bookHash(text);
  const rho = rhoOf(hash);
  const entries = unmasked.map((entry) => withMaskedSum(entry, rho));
  return { book, text, hash, rho, entries, prices: head.prices };
}

/** S of an entry, under the rho that follows from its book. */
export const withMaskedSum = (entry: Omit<Entry, 'S'>, rho: bigint): Entry => ({
  ...entry,
  S: maskedSum(entry.importWh, entry.exportWh, rho, entry.k),
});

/** Draws the masks of an entry and commits to it. */
export function commit(
  reading: Reading,
  { grid, day, prices, feePerDayNel, draws }: { grid: bigint; day: number; prices: Prices; feePerDayNel: bigint; draws: Draws },
): Omit<Entry, 'S'> {
  const { meter, importStartWh, exportStartWh, importWh, exportWh } = reading;
  const tag = meterTag(meter);
  const md = meterDay(grid, tag, day);
  const importEndWh = importStartWh + sumWh(importWh);
  const exportEndWh = exportStartWh + sumWh(exportWh);
  const [k, v, s] = [draws.maskOf(meter), draws.maskBlindingOf(meter), draws.billBlindingOf(meter)];
  const amountNel = billAmount({ importWh, exportWh, prices, feePerDayNel });
  return {
    ...reading,
    meterTag: tag,
    importEndWh,
    exportEndWh,
    k,
    v,
    s,
    amountNel,
    billedAt: prices,
    K: maskCommitment(md, k, v),
    B: billCommitment(md, amountNel, s),
    L0: linkCommitment(tag, importStartWh, exportStartWh, reading.u0),
    L1: linkCommitment(tag, importEndWh, exportEndWh, reading.u1),
  };
}
