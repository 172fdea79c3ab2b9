/** The protocol's pure functions: arithmetic on values. No I/O, no clock, no randomness of its own. */
export * from './values/errors.ts';
export * from './values/field.ts';
export * from './values/time.ts';
export * from './meter/commitment.ts';
export * from './values/canonical.ts';
export * from './day/prices.ts';
export * from './day/commitments.ts';
export * from './day/roster.ts';
export * from './bundle/book.ts';
export * from './bundle/bundle.ts';
export * from './bundle/state-file.ts';
export * from './invoice/invoice.ts';
export * from './meter/meter-export.ts';
export * from './invoice/signed-text.ts';
