/**
 * node scripts/run.mjs circuits/scripts/sizes.ts: a line for each circuit, as its keys have it: constraints, public inputs, the domain that
 * they need, bytes of proving key, generator and verification key, and what a proof of it takes here (the median of five, one process, its
 * verification with it).
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { clearingInput, dayBillInput, substituteInput } from '../../src/node/proofs/inputs.ts';
import { billSumInput, clearingSharedInput, netInput } from '../../src/node/proofs/main-inputs.ts';
import { createProver } from '../../src/node/proofs/prover.ts';
import type { AnyCircuitName } from '../../src/protocol/circuits.ts';
import type { Signals } from '../../src/protocol/day/witness.ts';
import { realBillSum, realClearingShared, realNet } from '../testing/main-day.ts';
import { realBills, realClearing, realSubstitutes } from '../testing/real-day.ts';
import { circuits, keysFolder } from './compile.ts';

const signals: Readonly<Record<AnyCircuitName, Signals>> = {
  'bill-sum': billSumInput(realBillSum),
  clearing: clearingInput(realClearing),
  'clearing-shared': clearingSharedInput(realClearingShared),
  'day-bill': dayBillInput(realBills[0]),
  net: netInput(realNet),
  substitute: substituteInput(realSubstitutes[0]),
};
const { keys } = JSON.parse(readFileSync(join(keysFolder, 'development.json'), 'utf8')) as {
  keys: { circuit: AnyCircuitName; constraints: number; publicInputs: number }[];
};
const bytes = (name: string): number => statSync(join(keysFolder, name)).size;
const prover = await createProver(keysFolder);

async function provingMs(circuit: AnyCircuitName): Promise<number> {
  const runs: number[] = [];
  for (let i = 0; i < 6; i++) {
    const startMs = performance.now();
    await prover.prove(circuit, signals[circuit]);
    runs.push(performance.now() - startMs);
  }
  return Math.round(runs.slice(1).sort((a, b) => a - b)[2]); // the first loads the key
}

process.stdout.write('circuit | constraints | public inputs | domain | zkey B | wasm B | vk B | proof ms\n');
for (const circuit of circuits) {
  const { constraints, publicInputs } = keys.find((key) => key.circuit === circuit)!;
  const domain = Math.ceil(Math.log2(constraints + publicInputs + 1));
  const sizes = ['zkey', 'wasm', 'vk.json'].map((kind) => bytes(`${circuit}.${kind}`));
  process.stdout.write(`${[circuit, constraints, publicInputs, `2^${domain}`, ...sizes, await provingMs(circuit)].join(' | ')}\n`);
}
prover.close();
