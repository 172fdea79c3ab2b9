/** The statements that a community's node proves, by the name of their circuits and key files; a prover can prove any, and loads what it is asked. */
export { type AnyCircuitName, CIRCUIT_NAMES as CIRCUITS, type CircuitName } from '../../protocol/circuits.ts';
export { PUBLIC_INPUTS } from '../../reader/verifier/index.ts';
