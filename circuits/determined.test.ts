/** Nothing is left to the prover: the witness of each circuit follows from its inputs (circuits/testing/determined.ts). */
import { expect, test } from 'vitest';
import { inverse } from './testing/attacker.ts';
import { undetermined } from './testing/determined.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';

const inverseModR =
  (circuit: Circuit) =>
  (value: bigint): bigint =>
    inverse(value, circuit.prime);

test('DayBill: every signal follows from the inputs', async () => {
  const circuit = await loadCircuit('day-bill', '--O0');
  expect(undetermined(circuit, inverseModR(circuit))).toEqual([]);
});

test('Clearing: every signal follows from the inputs, but the 96 inverses, which are free where a slot is empty', async () => {
  const circuit = await loadCircuit('clearing', '--O0');
  expect(undetermined(circuit, inverseModR(circuit)).sort()).toEqual(
    Array.from({ length: 96 }, (_, i) => `main.slot[${i}].none.inv`).sort(),
  );
});

test('Substitute: every signal follows from the inputs, but the inverse, which is free where no day is named', async () => {
  const circuit = await loadCircuit('substitute', '--O0');
  expect(undetermined(circuit, inverseModR(circuit))).toEqual(['main.none.inv']);
});

test('Net: every signal follows from the inputs', async () => {
  const circuit = await loadCircuit('net', '--O0');
  expect(undetermined(circuit, inverseModR(circuit))).toEqual([]);
});

test('ClearingShared: every signal follows from the inputs, but the 96 inverses, which are free where a slot is empty', async () => {
  const circuit = await loadCircuit('clearing-shared', '--O0');
  expect(undetermined(circuit, inverseModR(circuit)).sort()).toEqual(
    Array.from({ length: 96 }, (_, i) => `main.slot[${i}].none.inv`).sort(),
  );
});

test('BillSum: every signal follows from the inputs, but the seven inverses, which are free where there is no bill', async () => {
  const circuit = await loadCircuit('bill-sum', '--O0');
  expect(undetermined(circuit, inverseModR(circuit))).toEqual(Array.from({ length: 7 }, (_, i) => `main.none[${i}].inv`));
});

test('the search sees a constraint that is missing', async () => {
  const circuit = await loadCircuit('day-bill', '--O0');
  const without = (pattern: RegExp): string[] => {
    const constraints = circuit.constraints.filter(
      (constraint) => !constraint.some((form) => form.wires.some((wire) => circuit.namesOf[wire].some((name) => pattern.test(name)))),
    );
    return undetermined({ ...circuit, constraints }, inverseModR(circuit));
  };
  expect(without(/^main\.cost\[3\]$/)).toContain('main.cost[3]'); // assigned, never enforced
  expect(without(/^main\.importBits\[9\]\.out\[4\]$/)).toContain('main.importBits[9].out[5]'); // one digit loose, all of them are
});
