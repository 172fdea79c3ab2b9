/** The protocol's pure functions: arithmetic on values. No I/O, no clock, no randomness of its own. */
export * from './errors.ts';
export * from './field.ts';
export * from './time.ts';
export * from './day.ts';
export * from './canonical.ts';
export * from './prices.ts';
export * from './commitments.ts';
export * from './roster.ts';
export * from './book.ts';
export * from './bundle.ts';
export * from './state-file.ts';
export * from './invoice.ts';
export * from './meter-export.ts';
export * from './signed-text.ts';
