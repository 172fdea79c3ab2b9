/**
 * Writes circuits/testdata/substitute.json: known answers of the statement Substitute, from readings to the whole witness. TypeScript
 * computes all of it anew (circuits/substitute.test.ts), Go proves the witnesses (chain/internal/groth16). Nothing in it is random: it
 * comes out the same until the circuit changes. Readings: SimBench, Open Database License 1.0; see data/simbench-2016/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { substituteInput, substitutePublic } from '../../src/node/proofs/inputs.ts';
import { witnessCalculator } from '../../src/node/proofs/witness.ts';
import type { SubstituteWitness } from '../../src/protocol/day/witness.ts';
import { realSubstitutes } from '../testing/real-day.ts';
import { circuitsFolder, keysFolder } from './compile.ts';

const blinding = (value: bigint | Uint8Array): string => (typeof value === 'bigint' ? String(value) : Buffer.from(value).toString('hex'));
const calculator = await witnessCalculator(new Uint8Array(readFileSync(join(keysFolder, 'substitute.wasm'))), 'substitute');

function answers(one: SubstituteWitness & { id: string }) {
  const signals = substituteInput(one);
  return {
    id: one.id,
    day: one.day,
    fromDay: one.fromDay,
    importWh: one.importWh,
    exportWh: one.exportWh,
    importStartWh: String(one.importStartWh),
    exportStartWh: String(one.exportStartWh),
    blinding: blinding(one.blinding),
    root: signals.root,
    publicInputs: substitutePublic(one).map(String),
    witness: Buffer.from(calculator.calculate(signals)).toString('base64'),
  };
}

const file = {
  about:
    'Circuit substitute (protocol section 9.2). publicInputs: C gridId meterTag day from fromDay. blinding: hex. ' +
    'witness: base64, 32 bytes little-endian per variable, the constant 1 first.',
  cases: realSubstitutes.map(answers),
};
writeFileSync(join(circuitsFolder, 'testdata', 'substitute.json'), `${JSON.stringify(file)}\n`);
