/** The books room's door. */
export { disputeByHand } from './draft/dispute.ts';
export { redraftDay } from './draft/redraft.ts';
export { BooksError } from './errors.ts';
export { sharedGenesisOf } from './intake/chain-view.ts';
export { balances } from './money/ledger.ts';
export { type DayReport, reportOfDay } from './money/report.ts';
export { feeOf, type OutsidePrices, outsidePrices } from './outside-prices.ts';
export { areReleased } from './overview.ts';
export { type BundleFiles, bundleOfDays, type Seen, stretchesOf } from './release/bundle.ts';
export type { BooksOptions } from './run.ts';
export { runBooks } from './run.ts';
export { type SharedEnergy, sharedEnergyOf } from './shared/energy.ts';
export { periodsOf } from './shared/periods.ts';
