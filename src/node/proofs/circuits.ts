/** The statements that are proven, by the name of their circuits and key files. */
export { CIRCUIT_NAMES as CIRCUITS, type CircuitName } from '../../protocol/circuits.ts';
export { PUBLIC_INPUTS } from '../../reader/verifier/index.ts';
