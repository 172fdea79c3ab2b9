/** The circuits that have keys, by the chain whose keys they are: what ceremony, verification and data folder go by. */
import { ALL_CIRCUIT_NAMES, type AnyCircuitName, CIRCUIT_NAMES, MAIN_CIRCUIT_NAMES } from '../../protocol/circuits.ts';
import { PUBLIC_INPUTS } from '../../reader/verifier/index.ts';

export interface CircuitRow {
  /** of circuits/NAME.circom, and of the files of its keys */
  readonly name: AnyCircuitName;
  readonly publicInputs: number;
}

const rows = (names: readonly AnyCircuitName[]): readonly CircuitRow[] =>
  names.map((name) => ({ name, publicInputs: PUBLIC_INPUTS[name] }));

/** Of a community's chain. */
export const CIRCUITS = rows(CIRCUIT_NAMES);
/** Of the main chain. */
export const MAIN_CIRCUITS = rows(MAIN_CIRCUIT_NAMES);
export const ALL_CIRCUITS = rows(ALL_CIRCUIT_NAMES);

/** Those of the chain for which a ceremony is held: a community's, unless all of them are the main chain's. */
export const circuitsOf = (names: readonly string[]): readonly CircuitRow[] =>
  names.join() === MAIN_CIRCUIT_NAMES.join() ? MAIN_CIRCUITS : CIRCUITS;

/** A circuit as this machine compiled it from the sources. */
export interface CompiledCircuit extends CircuitRow {
  /** path of NAME.r1cs */
  readonly r1cs: string;
  /** path of NAME.wasm */
  readonly wasm: string;
}
