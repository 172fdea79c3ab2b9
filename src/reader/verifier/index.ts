/** Groth16 verification for auditors: no files, no network, no secrets; runs in Node and in browsers. The page: docs/verifier.md. */
export * from './groth16.ts';
export { clearingPublic, CLEARING_INPUTS, dayBillPublic, DAY_BILL_INPUTS } from './public-inputs.ts';
export type { ClearingPublic, DayBillPublic } from './public-inputs.ts';
export { DEVELOPMENT_KEY_HASHES } from './development-keys.ts';
