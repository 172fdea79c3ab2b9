/** The circuits that have keys: what ceremony, verification and data folder go by. */
import { CIRCUIT_NAMES, type CircuitName } from '../../protocol/circuits.ts';
import { PUBLIC_INPUTS } from '../../reader/verifier/index.ts';

export interface CircuitRow {
  /** of circuits/NAME.circom, and of the files of its keys */
  readonly name: CircuitName;
  readonly publicInputs: number;
}

export const CIRCUITS: readonly CircuitRow[] = CIRCUIT_NAMES.map((name) => ({ name, publicInputs: PUBLIC_INPUTS[name] }));

/** A circuit as this machine compiled it from the sources. */
export interface CompiledCircuit extends CircuitRow {
  /** path of NAME.r1cs */
  readonly r1cs: string;
  /** path of NAME.wasm */
  readonly wasm: string;
}
