/**
 * A compiled circuit as the proving key sees it: rank-1 constraints A·B = C over named wires, read from circom's .r1cs and .sym files.
 *
 * Tests judge witnesses by these constraints, not by the witness generator: the generator refuses many wrong inputs by itself, and would
 * hide a constraint that was assigned (<--) but never enforced.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { circuitsFolder, compile, compilerName } from '../scripts/compile.ts';

/** Σ coefficient·wire */
export interface LinearForm {
  readonly wires: readonly number[];
  readonly coefficients: readonly bigint[];
}
export type Constraint = readonly [a: LinearForm, b: LinearForm, c: LinearForm];

export interface Circuit {
  readonly prime: bigint;
  readonly wireCount: number;
  readonly publicInputs: number;
  /** public and private; with outputs, where there are any */
  readonly inputs: number;
  readonly constraints: readonly Constraint[];
  /** wire of a signal such as main.T[3]; absent when the optimiser removed it */
  readonly wireOf: ReadonlyMap<string, number>;
  /** every name of a wire; wire 0 is the constant 1 */
  readonly namesOf: readonly (readonly string[])[];
  readonly r1csFile: Uint8Array;
  readonly wasmFile: Uint8Array<ArrayBuffer>;
}

class Reader {
  readonly view: DataView;
  at = 0;
  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }
  u64(): number {
    this.at += 8;
    return Number(this.view.getBigUint64(this.at - 8, true));
  }
  element(): bigint {
    let value = 0n;
    for (let word = 3; word >= 0; word--) value = (value << 64n) | this.view.getBigUint64(this.at + word * 8, true);
    this.at += 32;
    return value;
  }
  form(): LinearForm {
    const wires: number[] = [];
    const coefficients: bigint[] = [];
    for (let terms = this.u32(); terms > 0; terms--) {
      wires.push(this.u32());
      coefficients.push(this.element());
    }
    return { wires, coefficients };
  }
}

function readR1cs(file: Uint8Array): Omit<Circuit, 'wireOf' | 'namesOf' | 'r1csFile' | 'wasmFile'> {
  const reader = new Reader(file);
  reader.at = 8;
  const starts = new Map<number, number>();
  for (let sections = reader.u32(); sections > 0; sections--) {
    const type = reader.u32();
    const length = reader.u64();
    starts.set(type, reader.at);
    reader.at += length;
  }
  reader.at = starts.get(1)! + 4;
  const prime = reader.element();
  const [wireCount, outputs, publicInputs, privateInputs] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
  reader.u64();
  const count = reader.u32();
  reader.at = starts.get(2)!;
  const constraints = Array.from({ length: count }, (): Constraint => [reader.form(), reader.form(), reader.form()]);
  return { prime, wireCount, publicInputs, inputs: outputs + publicInputs + privateInputs, constraints };
}

/** Everything that the compiler's result depends on: sources, libraries, compiler, options. */
function sourceHash(name: string, optimisation: string): string {
  const hash = createHash('sha256').update(`${name} ${optimisation} ${compilerName()}`);
  for (const folder of [circuitsFolder, join(circuitsFolder, 'testing'), join(circuitsFolder, '../node_modules/circomlib/circuits')]) {
    for (const file of readdirSync(folder)
      .filter((entry) => entry.endsWith('.circom'))
      .sort())
      hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 32);
}

/** Compiles once for these very sources; test files that run side by side share the result, a folder of NAME.r1cs, .wasm and .sym. */
export async function compiledCircuit(name: string, optimisation: '--O2' | '--O0' = '--O2'): Promise<string> {
  const cache = join(circuitsFolder, '../.cache/compiled');
  mkdirSync(cache, { recursive: true });
  const target = join(cache, sourceHash(name, optimisation));
  if (existsSync(target)) return target;
  const folder = mkdtempSync(join(cache, 'new-'));
  await compile(`${name}.circom`, folder, optimisation);
  try {
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // otherwise another test file was faster
  }
  return target;
}

/** The circuit circuits/NAME.circom as its source stands. --O2 is what the keys were made of. */
export async function loadCircuit(name: string, optimisation: '--O2' | '--O0' = '--O2'): Promise<Circuit> {
  const path = (kind: string): string => join(folder, `${name.replace(/^.*\//, '')}.${kind}`);
  const folder = await compiledCircuit(name, optimisation);
  const r1csFile = new Uint8Array(readFileSync(path('r1cs')));
  const circuit = readR1cs(r1csFile);
  const wireOf = new Map<string, number>();
  const namesOf = Array.from({ length: circuit.wireCount }, (): string[] => []);
  for (const line of readFileSync(path('sym'), 'utf8').trim().split('\n')) {
    const [, wireText, , signal] = line.split(',');
    const wire = Number(wireText);
    if (wire < 0) continue;
    wireOf.set(signal, wire);
    namesOf[wire].push(signal);
  }
  return { ...circuit, wireOf, namesOf, r1csFile, wasmFile: new Uint8Array(readFileSync(path('wasm'))) };
}
