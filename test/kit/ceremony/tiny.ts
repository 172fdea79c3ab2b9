/**
 * Stand-ins for the project's circuits, of a few constraints each: a ceremony over them is the same steps, in no time. Enough for all that
 * is refused by what a ceremony's files say, and for what the computation over them finds; `ceremony.test.ts` holds one over the real ones.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CIRCUITS, type CircuitRow, type CompiledCircuit } from '../../../src/node/ceremony/index.ts';
import { R } from '../../../src/reader/verifier/curve.ts';
import { knownPowersOfTau } from './powers-of-tau.ts';

const u32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (value: number): Buffer => u32(value, 0);
const element = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
const section = (type: number, bytes: Buffer): Buffer => Buffer.concat([u32(type), u64(bytes.length), bytes]);
/** One wire, once. */
const wire = (at: number): Buffer => Buffer.concat([u32(1, at), element(1n)]);

/** y = x^exponent with y in public, as .r1cs: wire 0 is 1, wire 1 y, wire 2 x, then x², x³ … */
function powerR1cs(exponent: number): Buffer {
  const wires = exponent + 1;
  const powerOfX = (n: number): number => (n === exponent ? 1 : n + 1);
  const constraints = Array.from({ length: exponent - 1 }, (_, i) =>
    Buffer.concat([wire(powerOfX(i + 1)), wire(2), wire(powerOfX(i + 2))]),
  );
  const header = Buffer.concat([u32(32), element(R), u32(wires, 0, 1, 1), u64(wires), u32(constraints.length)]);
  const labels = Buffer.concat(Array.from({ length: wires }, (_, at) => u64(at)));
  return Buffer.concat([Buffer.from('r1cs'), u32(1, 3), section(1, header), section(2, Buffer.concat(constraints)), section(3, labels)]);
}

/** Written into `dir`: under the names of the project's circuits, another one for each. */
export async function tinyMaterials(
  dir: string,
  rows: readonly CircuitRow[] = CIRCUITS,
): Promise<{ powersOfTau: string; circuits: readonly CompiledCircuit[] }> {
  mkdirSync(dir, { recursive: true });
  const circuits = rows.map(({ name }, i): CompiledCircuit => {
    const [r1cs, wasm] = [join(dir, `${name}.r1cs`), join(dir, `${name}.wasm`)];
    writeFileSync(r1cs, powerR1cs(4 + i));
    writeFileSync(wasm, `computes x^${4 + i}`);
    return { name, publicInputs: 1, r1cs, wasm };
  });
  return { powersOfTau: await knownPowersOfTau({ bits: 4, from: 1 }), circuits };
}
