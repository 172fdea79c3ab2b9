/** Groth16 verification for auditors: no files, no network, no secrets; runs in Node and in browsers. */
export { verifyBatch } from './batch.ts';
export type { BadProof, BatchResult, Claim, Random } from './batch.ts';
export { loadBackend } from './backend.ts';
export type { Backend, BackendName } from './backend.ts';
export { decodeProof, decodeVerificationKey } from './decode.ts';
export type { ProofJson, VerificationKey } from './decode.ts';
export { verificationKeyHash } from './key-hash.ts';
export { clearingPublic, CLEARING_INPUTS, dayBillPublic, DAY_BILL_INPUTS } from './public-inputs.ts';
export type { ClearingPublic, DayBillPublic } from './public-inputs.ts';
export { VerifierError } from './errors.ts';
