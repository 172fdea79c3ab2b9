/** The shipped keys belong to the circuits as they stand, and are marked as what they are. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProvingKey } from '../src/node/proofs/zkey.ts';
import { decodeVerificationKey, verificationKeyId } from '../src/reader/verifier/index.ts';
import { circuits, compilerName, keysFolder } from './scripts/compile.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';

interface Marker {
  development: boolean;
  compiler: string;
  keys: {
    circuit: string;
    development: boolean;
    keyId: string;
    constraints: number;
    publicInputs: number;
    sha256: Record<'r1cs' | 'wasm' | 'zkey', string>;
  }[];
}
const file = (name: string): Buffer => readFileSync(join(keysFolder, name));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const marker = JSON.parse(file('development.json').toString('utf8')) as Marker;

test('they are marked as development keys, made by the compiler that is installed', () => {
  expect(marker.development).toBe(true);
  expect(marker.keys.map((key) => [key.circuit, key.development])).toEqual(circuits.map((name) => [name, true]));
  expect(marker.compiler).toBe(compilerName());
});

test('circuits/README.md has their sizes', () => {
  const readme = readFileSync(join(keysFolder, '../README.md'), 'utf8');
  const rows = marker.keys.map(({ circuit, constraints, publicInputs }) => [circuit, constraints.toLocaleString('en'), publicInputs]);
  const found = rows.map(([circuit]) => readme.match(new RegExp(`\\| \`${circuit}\\.circom\` \\|.*\\| ([\\d,]+) \\| (\\d+) \\|`)));
  expect(found.map((row, i) => [rows[i][0], row?.[1], Number(row?.[2])])).toEqual(rows);
});

/** A and B of every constraint as "matrix constraint wire" → coefficient, as the proving key has them; C is not stored there. */
function keyCoefficients(zkey: Uint8Array): Map<string, bigint> {
  const { coefficients, coefficientCount } = readProvingKey(zkey);
  const view = new DataView(coefficients.buffer, coefficients.byteOffset);
  return new Map(
    Array.from({ length: coefficientCount }, (_, i): [string, bigint] => {
      let value = 0n;
      for (let word = 3; word >= 0; word--) value = (value << 64n) | view.getBigUint64(i * 44 + 12 + word * 8, true);
      return [[0, 4, 8].map((at) => view.getUint32(i * 44 + at, true)).join(' '), value];
    }),
  );
}

/** The same from the circuit. The key's numbers carry two Montgomery factors. */
function circuitCoefficients({ constraints, publicInputs, prime }: Circuit): Map<string, bigint> {
  const factor = 2n ** 512n % prime;
  const wanted = new Map<string, bigint>();
  for (const [row, constraint] of constraints.entries())
    for (const [matrix, form] of constraint.slice(0, 2).entries())
      for (const [i, wire] of form.wires.entries()) wanted.set(`${matrix} ${row} ${wire}`, (form.coefficients[i] * factor) % prime);
  for (let wire = 0; wire <= publicInputs; wire++) wanted.set(`0 ${constraints.length + wire} ${wire}`, factor); // binds each public input
  return wanted;
}

describe.each([...circuits])('%s', (name) => {
  const entry = marker.keys.find((key) => key.circuit === name)!;

  test('the files are those of the marker, and the key id is that of the verification key', () => {
    expect(sha256(file(`${name}.zkey`))).toBe(entry.sha256.zkey);
    expect(sha256(file(`${name}.wasm`))).toBe(entry.sha256.wasm);
    const vk: unknown = JSON.parse(file(`${name}.vk.json`).toString('utf8'));
    const key = decodeVerificationKey(vk, entry.publicInputs);
    expect(verificationKeyId(name, key)).toBe(entry.keyId);
    expect(key.inputs.length).toBe(entry.publicInputs + 1);
  });

  test('compiling the source gives the constraints and the generator that the keys were made of', async () => {
    const circuit = await loadCircuit(name);
    expect([circuit.constraints.length, circuit.publicInputs]).toEqual([entry.constraints, entry.publicInputs]);
    expect(sha256(circuit.r1csFile)).toBe(entry.sha256.r1cs);
    expect(sha256(circuit.wasmFile)).toBe(entry.sha256.wasm);
  });

  test('the proving key holds the coefficients of just these constraints', async () => {
    const circuit = await loadCircuit(name);
    const found = keyCoefficients(file(`${name}.zkey`));
    const wanted = circuitCoefficients(circuit);
    expect(found.size).toBe(wanted.size);
    expect([...wanted].filter(([key, value]) => found.get(key) !== value)).toEqual([]);
  });
});
