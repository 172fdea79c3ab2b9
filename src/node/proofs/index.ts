/** Witnesses, proofs, and the pool of processes that make them. Verification alone lives in src/reader/verifier. */
export { clearingInput, clearingPublic, dayBillInput, dayBillPublic } from './inputs.ts';
export type { ClearingPublic, ClearingWitness, DayBillPublic, DayBillWitness, Signals } from './inputs.ts';
export { createProver, PUBLIC_INPUTS, systemRandom } from './prover.ts';
export type { CircuitName, Proven, Prover } from './prover.ts';
export { ProverError } from './errors.ts';
export { enqueueProofs, PROVE_QUEUE, startProofQueue } from './queue.ts';
export type { ProofQueue } from './queue.ts';
export { proveInput, runProver } from './pool.ts';
