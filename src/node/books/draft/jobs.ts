/**
 * What a prover needs for a day: one input per bill and one for the clearing, in the shape that src/node/proofs takes. The builders that
 * turn them into circuit signals belong to that room, which lies after this one, so they come in as arguments.
 */
import type { ClearingWitness, DayBillWitness, Signals } from '../../../protocol/day/witness.ts';
import { billJobId, clearingJobId } from '../job-id.ts';
import type { ComposedBook, ComposedDay } from './compose.ts';

/** src/node/proofs/inputs.ts. */
export interface Builders {
  dayBillInput(bill: DayBillWitness): Signals;
  clearingInput(clearing: ClearingWitness): Signals;
}

export interface Job {
  id: string;
  circuit: 'day-bill' | 'clearing';
  meter: string | null;
  signals: Signals;
}

/** The bills' proofs of a composed book, in its order: all that a correction needs. */
export function billJobs({ book, hash, rho, gridId, entries }: ComposedBook, { dayBillInput }: Builders): Job[] {
  return entries.map(
    (entry): Job => ({
      id: billJobId(hash, entry.meter),
      circuit: 'day-bill',
      meter: entry.meter,
      signals: dayBillInput({ ...entry, ...entry.billedAt, rho, gridId, day: book.day, feePerDayNel: book.tariff.feePerDayNel }),
    }),
  );
}

/** The proofs that a composed day needs, bills in the book's order, the clearing last. */
export function proofJobs(day: ComposedDay, tick: number, builders: Builders): Job[] {
  const { book, hash, rho, gridId, prices, X, x, sumS, maskSum, totalImportWh, totalExportWh } = day;
  const { retailNelPerWh, feedInNelPerWh } = book.tariff;
  const clearing = builders.clearingInput({
    X,
    x,
    sumS,
    maskSum,
    totalImportWh,
    totalExportWh,
    retailNelPerWh,
    feedInNelPerWh,
    ...prices,
    rho,
    gridId,
    day: book.day,
    tick,
  });
  return [...billJobs(day, builders), { id: clearingJobId(hash), circuit: 'clearing', meter: null, signals: clearing }];
}
