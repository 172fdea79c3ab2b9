/** The meter side of Electra. */
export * from './errors.ts';
export * from './field.ts';
export * from './time.ts';
export * from './commitment.ts';
