/** Witnesses, proofs, and the pool of processes that make them. Verification alone lives in src/reader/verifier. */
export type { CircuitName } from './circuits.ts';
export { PUBLIC_INPUTS } from './circuits.ts';
export { isThere, PROVER_BINARY } from './engine.ts';
export { ProverError } from './errors.ts';
export type {
  ClearingPublic,
  ClearingWitness,
  DayBillPublic,
  DayBillWitness,
  Signals,
  SubstitutePublic,
  SubstituteWitness,
} from './inputs.ts';
export { clearingInput, clearingPublic, dayBillInput, dayBillPublic, substituteInput, substitutePublic } from './inputs.ts';
export { billSumInput, clearingSharedInput, netInput } from './main-inputs.ts';
export { proveInput, runProver } from './pool.ts';
export type { Proven, Prover } from './prover.ts';
export { createProver, systemRandom } from './prover.ts';
export type { ProofQueue } from './queue.ts';
export { enqueueProofs, PROVE_QUEUE, startProofQueue } from './queue.ts';
