/** The statements that a community's node proves, by the name of circuits and key files. A prover proves any, and loads what is asked. */
export { type AnyCircuitName, CIRCUIT_NAMES as CIRCUITS, type CircuitName } from '../../protocol/circuits.ts';
export { PUBLIC_INPUTS } from '../../reader/verifier/index.ts';
