/** The circuits that have keys, once: a further one joins the ceremony, its verification and the data folder by a row here. */
import { CLEARING_INPUTS, DAY_BILL_INPUTS, SUBSTITUTE_INPUTS } from '../../reader/verifier/index.ts';

export interface CircuitRow {
  /** of circuits/NAME.circom, and of the files of its keys */
  readonly name: string;
  readonly publicInputs: number;
}

export const CIRCUITS = [
  { name: 'day-bill', publicInputs: DAY_BILL_INPUTS },
  { name: 'clearing', publicInputs: CLEARING_INPUTS },
  { name: 'substitute', publicInputs: SUBSTITUTE_INPUTS },
] as const satisfies readonly CircuitRow[];

/** A circuit as this machine compiled it from the sources. */
export interface CompiledCircuit extends CircuitRow {
  /** path of NAME.r1cs */
  readonly r1cs: string;
  /** path of NAME.wasm */
  readonly wasm: string;
}
