/**
 * Makes chain/internal/groth16/testdata of tiny.circom there: tiny.zkey, tiny.vk.json and the witnesses. Run by hand:
 * `node_modules/.bin/node test/kit/proofs/tiny-key.ts`. Keys come out different each time, and with them the proofs that the Go test knows
 * by heart: `go test ./internal/groth16` then says what to write into known_test.go.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { curves, powersOfTau, zKey } from 'snarkjs';
import { circuitsFolder, compile } from '../../../circuits/scripts/compile.ts';
import { witnessCalculator } from '../../../src/node/proofs/witness.ts';
import { FIELD_ORDER } from '../../../src/protocol/values/field.ts';

const folder = fileURLToPath(new URL('../../../chain/internal/groth16/testdata/', import.meta.url));
const work = join(circuitsFolder, '../.cache/tiny');
const { r1cs, wasm } = await compile('../chain/internal/groth16/testdata/tiny.circom', work);
const file = (name: string): string => join(work, name);
const entropy = (): string => randomBytes(64).toString('hex');

await powersOfTau.newAccumulator(await curves.getCurveFromName('bn128'), 5, file('0.ptau'));
await powersOfTau.contribute(file('0.ptau'), file('1.ptau'), 'tiny', entropy());
await powersOfTau.preparePhase2(file('1.ptau'), file('2.ptau'));
await zKey.newZKey(r1cs, file('2.ptau'), file('0.zkey'));
await zKey.contribute(file('0.zkey'), join(folder, 'tiny.zkey'), 'tiny', entropy());
const vk = await zKey.exportVerificationKey(join(folder, 'tiny.zkey'));
writeFileSync(join(folder, 'tiny.vk.json'), `${JSON.stringify(vk)}\n`);

const calculator = await witnessCalculator(new Uint8Array(readFileSync(wasm)), 'tiny');
const most = String(FIELD_ORDER - 1n);
const bits = (n: number): string[] => Array.from({ length: 6 }, (_, i) => String((n >> i) & 1));
const inputs = {
  zero: { sum: '0', x: '0', bits: bits(0), together: ['0', '0'], opposite: ['0', '0'] },
  ones: { sum: '63', x: '1', bits: bits(63), together: ['1', '1'], opposite: ['1', '1'] },
  most: { sum: '42', x: most, bits: bits(42), together: [most, most], opposite: [most, most] },
};
for (const [name, signals] of Object.entries(inputs)) writeFileSync(join(folder, `tiny-${name}.witness`), calculator.calculate(signals));
rmSync(work, { recursive: true });
process.exit(0); // snarkjs leaves its worker threads running
