/** What a prover needs for a day of communities: an input per bill, and one for the shared clearing. As ../draft/jobs.ts of a community. */
import type { BillSumWitness, ClearingSharedWitness } from '../../../protocol/day/main-witness.ts';
import type { Signals } from '../../../protocol/day/witness.ts';
import { type Builders, billJobs, type Job } from '../draft/jobs.ts';
import { clearingJobId } from '../job-id.ts';
import type { ComposedSharedDay } from './compose.ts';

/** src/node/proofs/main-inputs.ts. */
export interface SharedBuilders extends Pick<Builders, 'dayBillInput'> {
  clearingSharedInput(clearing: ClearingSharedWitness): Signals;
  billSumInput(sum: BillSumWitness): Signals;
}

/** The proofs that a composed day needs: bills in the book's order, the clearing last. Who is absent has none. */
export function sharedProofJobs(day: ComposedSharedDay, tick: number, builders: SharedBuilders): Job[] {
  const { book, hash, rho, gridId, prices, X, x, sumS, maskSum, totalImportWh, totalExportWh } = day;
  const signals = builders.clearingSharedInput({
    ...{ X, x, sumS, maskSum, totalImportWh, totalExportWh, rho, gridId, tick, day: book.day },
    ...prices,
    sharedNelPerWh: book.tariff.retailNelPerWh,
  });
  return [...billJobs(day, builders), { id: clearingJobId(hash), circuit: 'clearing-shared', meter: null, signals }];
}
