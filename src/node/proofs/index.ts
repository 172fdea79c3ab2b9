/** Witnesses, proofs, and the pool of processes that make them. Verification alone lives in src/reader/verifier. */
export { clearingInput, clearingPublic, dayBillInput, dayBillPublic } from './inputs.ts';
export type { ClearingPublic, ClearingWitness, DayBillPublic, DayBillWitness, Signals } from './inputs.ts';
export { PUBLIC_INPUTS } from './circuits.ts';
export type { CircuitName } from './circuits.ts';
export { createProver, systemRandom } from './prover.ts';
export type { Proven, Prover } from './prover.ts';
export { isThere, PROVER_BINARY } from './engine.ts';
export { ProverError } from './errors.ts';
export { enqueueProofs, PROVE_QUEUE, startProofQueue } from './queue.ts';
export type { ProofQueue } from './queue.ts';
export { proveInput, runProver } from './pool.ts';
