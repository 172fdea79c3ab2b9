/** Groth16 verification for auditors: no files, no network, no secrets; runs in Node and in browsers. The page: docs/verifier.md. */
export { DEVELOPMENT_KEY_IDS, isDevelopmentKey, isDevelopmentKeyId } from './development-keys.ts';
export { decodeGenesisKeys } from './genesis-keys.ts';
export * from './groth16.ts';
export type { BillSumPublic, ClearingSharedPublic, NetPublic } from './main-public-inputs.ts';
export { billSumPublic, clearingSharedPublic, netPublic } from './main-public-inputs.ts';
export type { ClearingPublic, DayBillPublic, SubstitutePublic } from './public-inputs.ts';
export {
  CLEARING_INPUTS,
  clearingPublic,
  DAY_BILL_INPUTS,
  dayBillPublic,
  PUBLIC_INPUTS,
  SUBSTITUTE_INPUTS,
  substitutePublic,
} from './public-inputs.ts';
