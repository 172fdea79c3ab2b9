/**
 * The light client: headers by signatures, state by proofs. Pure, for Node and browsers; imports nothing that is not Apache-2.0, MIT or
 * BSD.
 */
export type { ChainClock } from '../../protocol/clock.ts';
export { chainUnixS } from '../../protocol/clock.ts';
export * from './blocks.ts';
export * from './client.ts';
export type { HeaderConflict } from './conflict.ts';
export { ConflictError, conflict, powerOf } from './conflict.ts';
export * from './errors.ts';
export * from './evidence.ts';
export type { GenesisTrust } from './genesis.ts';
export { readGenesisTrust } from './genesis.ts';
export type { Absent, Entry, Present, ProofOpJson, ProofOps, Shown } from './ics23.ts';
export { verifyState } from './ics23.ts';
export * from './keys.ts';
export * from './log.ts';
export * from './main/state.ts';
export * from './proven.ts';
export * from './range.ts';
export * from './rotations.ts';
export * from './slot-prices.ts';
export * from './state.ts';
export * from './state-reader.ts';
export * from './uplinks.ts';
export * from './values.ts';
