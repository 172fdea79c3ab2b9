/** The books room's door. */
export { bundleOfDays, draftBundle } from './release/bundle.ts';
export type { BundleFiles } from './release/bundle.ts';
export { draftDay } from './draft/draft.ts';
export { BooksError, BooksFatal } from './errors.ts';
export { balances, dayPostings } from './money/ledger.ts';
export { redraftDay } from './draft/redraft.ts';
export { advanceDays, draftCorrections } from './pipeline.ts';
export type { PipelineOptions, SelfAudit } from './pipeline.ts';
export { reportOfDay } from './money/report.ts';
export type { DayReport } from './money/report.ts';
export { runBooks } from './run.ts';
export type { BooksOptions } from './run.ts';
export type { Builders } from './draft/jobs.ts';
