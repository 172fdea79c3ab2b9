/** The meter side of Electra. Node's file store is a separate entry (`@electra/meter-sdk/node`), so that browsers never load it. */
export * from './errors.ts';
export * from './field.ts';
export * from './time.ts';
export * from './commitment.ts';
export * from './address.ts';
export * from './context.ts';
export * from './report.ts';
export * from './statement.ts';
export * from './hedge.ts';
export * from './seal.ts';
export * from './messages.ts';
export * as state from './generated/electra/meter/v1/types.ts';
export * as query from './generated/electra/meter/v1/query.ts';
