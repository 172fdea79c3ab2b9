/**
 * What a prover needs for a day: one input per bill, one for the clearing and one for each day that a meter did not state, in the shape
 * that src/node/proofs takes. The builders that turn them into circuit signals belong to that room, which lies after this one, so they come
 * in as arguments.
 */
import type { ClearingWitness, DayBillWitness, Signals, SubstituteWitness } from '../../../protocol/day/witness.ts';
import { billJobId, clearingJobId, substituteJobId } from '../job-id.ts';
import type { ComposedBook, ComposedDay } from './compose.ts';

/** src/node/proofs/inputs.ts. */
export interface Builders {
  dayBillInput(bill: DayBillWitness): Signals;
  clearingInput(clearing: ClearingWitness): Signals;
  substituteInput(substitute: SubstituteWitness): Signals;
}

export interface Job {
  id: string;
  circuit: 'day-bill' | 'clearing' | 'substitute' | 'clearing-shared' | 'bill-sum';
  meter: string | null;
  signals: Signals;
}

/** Any composed book: of a community, or of communities. */
type Billed = Omit<ComposedBook, 'book'> & { book: Pick<ComposedBook['book'], 'day' | 'tariff'> };

/** The bills' proofs of a composed book, in its order: all that a correction needs. */
export function billJobs({ book, hash, rho, gridId, entries }: Billed, { dayBillInput }: Pick<Builders, 'dayBillInput'>): Job[] {
  return entries.map(
    (entry): Job => ({
      id: billJobId(hash, entry.meter),
      circuit: 'day-bill',
      meter: entry.meter,
      signals: dayBillInput({ ...entry, ...entry.billedAt, rho, gridId, day: book.day, feePerDayNel: book.tariff.feePerDayNel }),
    }),
  );
}

/** That each day of version 1 which is not metered copies the day that the book names, or is zero. */
function substituteJobs({ book, hash, gridId, entries }: ComposedDay, { substituteInput }: Builders): Job[] {
  return entries.flatMap(({ copy, ...entry }): Job[] => {
    if (!copy) return [];
    const { from, fromDay, importStartWh: fromImportStartWh, exportStartWh: fromExportStartWh, blinding: fromBlinding } = copy;
    const signals = substituteInput({
      ...entry,
      ...{ gridId, day: book.day, from, fromDay, fromImportStartWh, fromExportStartWh, fromBlinding },
    });
    return [{ id: substituteJobId(hash, entry.meter), circuit: 'substitute', meter: entry.meter, signals }];
  });
}

/** The proofs that a composed day needs: bills in the book's order, substitutes, the clearing last. */
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
  return [
    ...billJobs(day, builders),
    ...substituteJobs(day, builders),
    { id: clearingJobId(hash), circuit: 'clearing', meter: null, signals: clearing },
  ];
}
