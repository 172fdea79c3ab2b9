/**
 * A day's book where communities share (docs/shared-rule.md): totals, prices and bills of the metered alone, everybody else absent. Masks,
 * commitments and their order are those of a community's own book (../draft/compose.ts), but that registers begin anew each day: both
 * blindings of a link are drawn for this draft alone.
 */
import {
  bookHash,
  compareAddresses,
  encodeSharedBook,
  fieldSum,
  gridDay,
  gridId,
  LEAST_METERED,
  rhoOf,
  type SharedBook,
  type SharedBookMeter,
  sharedMarket,
  type Tariff,
  totalsCommitment,
} from '../../../protocol/index.ts';
import { type ComposedDay, commit, type Entry, type Reading, totals, withMaskedSum } from '../draft/compose.ts';
import type { Draws } from '../draft/randomness.ts';
import { BooksError } from '../errors.ts';

export interface SharedDayInput {
  chainId: string;
  day: number;
  tariff: Tariff;
  tick: number;
  rosterDigest: string;
  keys: SharedBook['keys'];
  /** of the metered */
  readings: readonly Reading[];
  /** addresses of everybody else on the roster */
  absent: readonly string[];
}

export type ComposedSharedDay = Omit<ComposedDay, 'book'> & { book: SharedBook & { version: 1 } };

const entryOf = (entry: Omit<Entry, 'S'> | string): SharedBookMeter => {
  if (typeof entry === 'string') return { source: 'absent', meter: entry };
  const { meter, C, K, B, L0, L1 } = entry;
  return { source: 'metered', meter, C, K, B, L0, L1 };
};

/** Composes a day of two or more that are metered. @throws BooksError `few-metered`; ProtocolError where a total is out of range */
export function composeSharedDay(input: SharedDayInput, draws: Draws): ComposedSharedDay {
  const { chainId, day, tariff, tick, rosterDigest, keys, absent } = input;
  const readings = [...input.readings].sort((a, b) => compareAddresses(a.meter, b.meter));
  if (readings.length < LEAST_METERED)
    throw new BooksError('few-metered', `day ${day}: ${readings.length} metered, expected at least ${LEAST_METERED}`);
  const grid = gridId(chainId);
  const [totalImportWh, totalExportWh] = [totals(readings, 'importWh'), totals(readings, 'exportWh')];
  const prices = sharedMarket({ importWh: totalImportWh, exportWh: totalExportWh, tariff, tick });
  const unmasked = readings.map((reading) => commit(reading, { grid, day, prices, feePerDayNel: tariff.feePerDayNel, draws }));
  const maskSum = fieldSum(unmasked.map(({ k }) => k));
  const x = draws.totalsBlinding();
  const X = totalsCommitment({ gridDay: gridDay(grid, day), importWh: totalImportWh, exportWh: totalExportWh, maskSum, x });

  const meters = [...unmasked, ...absent].map(entryOf).sort((a, b) => compareAddresses(a.meter, b.meter));
  const { rule, retailNelPerWh, feedInNelPerWh, feePerDayNel } = tariff;
  const shown = { rule, retailNelPerWh, feedInNelPerWh, feePerDayNel };
  const book = { chainId, day, version: 1 as const, tariff: shown, rosterDigest, keys, X, prices, meters };
  const text = encodeSharedBook(book);
  const hash = bookHash(text);
  const rho = rhoOf(hash);
  const entries = unmasked.map((entry) => withMaskedSum(entry, rho));
  return {
    ...{ book, text, hash, rho, gridId: grid, entries, prices, totalImportWh, totalExportWh, X, x, maskSum },
    sumS: fieldSum(entries.map(({ S }) => S)),
    outsideCostNel: 0n, // there is no outside: what is not shared has no price here
    fundNel: entries.reduce((sum, { amountNel }) => sum + amountNel, 0n),
  };
}
