/** What a genesis says: read, hashed, and the rules that follow from it. */
export * from './first-validators.ts';
export * from './hash.ts';
export * from './main-departures.ts';
export * from './main-states.ts';
export { type GenesisDurations, type GenesisParams, PRODUCTION } from './params.ts';
export * from './production.ts';
export * from './read.ts';
export * from './service.ts';
export * from './sign-node-keys.ts';
export type * from './state.ts';
export type { VerificationKeyBytes } from './verification-key-id.ts';
export { verificationKeyId } from './verification-key-id.ts';
export * from './verification-keys.ts';
