/**
 * The insides of a circuit's hashes, by signal name. The optimiser merges a hash's linear layers into neighbouring constraints, so that its
 * wires cannot be filled in one after the other; circom's own generator for a single, unoptimised P4 tells them for any input.
 */
import { witnessCalculator } from '../../src/node/proofs/witness.ts';
import type { Values } from './attacker.ts';
import type { Circuit } from './r1cs.ts';
import { loadCircuit } from './r1cs.ts';
import type { Hashes } from './statements.ts';
import { mod } from './statements.ts';

export type HashTracer = (hashes: Hashes) => Values;

/** For the hashes of `target`; signals that its optimiser removed are left out. */
export async function hashTracer(target: Circuit): Promise<HashTracer> {
  const circuit = await loadCircuit('testing/p4-trace', '--O0');
  const generator = await witnessCalculator(circuit.wasmFile, 'p4-trace');
  const wires = [...circuit.wireOf].map(([signal, wire]): [string, number] => [signal.replace(/^main\./, ''), wire]);
  const traces = new Map<string, bigint[]>();

  function trace(inputs: readonly bigint[]): bigint[] {
    const values = inputs.map((value) => String(mod(value)));
    const key = values.join();
    const known = traces.get(key);
    if (known) return known;
    const witness = new BigUint64Array(generator.calculate({ in: values }).buffer);
    const signals = wires.map(
      ([, w]) => witness[4 * w] | (witness[4 * w + 1] << 64n) | (witness[4 * w + 2] << 128n) | (witness[4 * w + 3] << 192n),
    );
    traces.set(key, signals);
    return signals;
  }
  const kept = new Map<string, [at: number, name: string][]>();
  const keptOf = (component: string): [number, string][] => {
    const known = kept.get(component);
    if (known) return known;
    const found = wires.flatMap(([signal], at): [number, string][] =>
      target.wireOf.has(`main.${component}.${signal}`) ? [[at, `${component}.${signal}`]] : [],
    );
    kept.set(component, found);
    return found;
  };
  return (hashes) =>
    Object.fromEntries(
      Object.entries(hashes).flatMap(([component, inputs]) => {
        const values = trace(inputs);
        return keptOf(component).map(([at, name]) => [name, values[at]]);
      }),
    );
}
