// The books room's door.
export { bundleOfDays, draftBundle } from './bundle.ts';
export type { BundleFiles } from './bundle.ts';
export { draftDay } from './draft.ts';
export { BooksError, BooksFatal } from './errors.ts';
export { balances, dayPostings } from './ledger.ts';
export { redraftDay } from './redraft.ts';
export { advanceDays, draftCorrections } from './pipeline.ts';
export type { PipelineOptions, SelfAudit } from './pipeline.ts';
export { reportOfDay } from './report.ts';
export type { DayReport } from './report.ts';
export { runBooks } from './run.ts';
export type { BooksOptions } from './run.ts';
export type { BillWitness, Builders, ClearingWitness } from './witness.ts';
