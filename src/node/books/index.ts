/** The books room's door. */
export { bundleOfDays } from './release/bundle.ts';
export { BooksError } from './errors.ts';
export { balances } from './money/ledger.ts';
export { redraftDay } from './draft/redraft.ts';
export { reportOfDay } from './money/report.ts';
export { runBooks } from './run.ts';
export type { BooksOptions } from './run.ts';
