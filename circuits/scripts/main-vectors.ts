/**
 * Writes what the main chain's circuits say of a day and a week (circuits/testing/main-day.ts):
 *
 *   circuits/testdata/main.json                     known answers: inputs, public inputs, the witness by its hash. Nothing in it is
 *                                                   random: it comes out the same until a circuit changes
 *   src/reader/verifier/testdata/main-proofs.json   a proof of each with the keys at hand. Proofs are randomised
 *
 * Readings: SimBench, Open Database License 1.0; see data/simbench-2016/README.md.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  billSumInput,
  billSumPublic,
  clearingSharedInput,
  clearingSharedPublic,
  netInput,
  netPublic,
} from '../../src/node/proofs/main-inputs.ts';
import { createProver } from '../../src/node/proofs/prover.ts';
import { witnessCalculator } from '../../src/node/proofs/witness.ts';
import type { Signals } from '../../src/protocol/day/witness.ts';
import { realBillSum, realClearingShared, realNet } from '../testing/main-day.ts';
import { circuitsFolder, keysFolder } from './compile.ts';

const statements = [
  { circuit: 'bill-sum', of: realBillSum, publicInputs: billSumPublic(realBillSum), signals: billSumInput(realBillSum) },
  {
    circuit: 'clearing-shared',
    of: realClearingShared,
    publicInputs: clearingSharedPublic(realClearingShared),
    signals: clearingSharedInput(realClearingShared),
  },
  { circuit: 'net', of: realNet, publicInputs: netPublic(realNet), signals: netInput(realNet) },
] as const;

/** Numbers that JSON has no form for as decimals, bytes as hex. */
const plain = (_: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
};

async function witnessSha256(circuit: string, signals: Signals): Promise<string> {
  const calculator = await witnessCalculator(new Uint8Array(readFileSync(join(keysFolder, `${circuit}.wasm`))), circuit);
  return createHash('sha256').update(calculator.calculate(signals)).digest('hex');
}

const cases = [];
for (const { circuit, of, publicInputs, signals } of statements)
  cases.push({ circuit, of, publicInputs, witnessSha256: await witnessSha256(circuit, signals) });
const about =
  'Circuits bill-sum, clearing-shared, net: public inputs in the order of the circuit’s head, field elements as decimals. blinding: hex. ' +
  'witnessSha256: of 32 bytes little-endian per variable, the constant 1 first.';
writeFileSync(join(circuitsFolder, 'testdata', 'main.json'), `${JSON.stringify({ about, cases }, plain)}\n`);

const prover = await createProver(keysFolder);
const proofs = [];
for (const { circuit, publicInputs, signals } of statements) {
  const { proof } = await prover.prove(circuit, signals);
  proofs.push({ circuit, keyId: await prover.keyId(circuit), publicInputs, proof });
}
prover.close();
writeFileSync(new URL('../../src/reader/verifier/testdata/main-proofs.json', import.meta.url), `${JSON.stringify({ proofs }, plain, 1)}\n`);
