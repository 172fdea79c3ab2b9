/** Substitute: what it accepts, and for every group of constraints the attack that only this group stops (circuits/testing/attacker.ts). */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { substituteInput, substitutePublic } from '../src/node/proofs/inputs.ts';
import type { WitnessCalculator } from '../src/node/proofs/witness.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import { commitDay } from '../src/protocol/meter/commitment.ts';
import type { Groups, Values } from './testing/attacker.ts';
import { completeWitness, stoppedBy } from './testing/attacker.ts';
import type { HashTracer } from './testing/hashes.ts';
import { hashTracer } from './testing/hashes.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';
import { realBills, realSubstitutes, substituteOf, zeroDayOf } from './testing/real-day.ts';
import { p4, R } from './testing/statements.ts';
import type { SubstituteSignals, SubstituteTerms } from './testing/substitute-statements.ts';
import {
  commitmentOf,
  copiedOf,
  substituteHashes,
  substituteHints,
  substituteSignals,
  termsOf,
  ZERO_ROOT,
  zeroSignals,
} from './testing/substitute-statements.ts';

interface KnownAnswer {
  id: string;
  day: number;
  fromDay: number;
  importWh: number[];
  exportWh: number[];
  importStartWh: string;
  exportStartWh: string;
  blinding: string;
  root: string;
  publicInputs: string[];
  witness: string;
}

const groups: Groups = [
  ['C', /^main\.C$/],
  ['zero day', /^main\.root$/, /^main\.none\.out$/],
  ['copy', /^main\.from$/, /^main\.none\.out$/, /^main\.copied\./],
  ['none', /^main\.from$/, /^main\.none\./],
];

let circuit: Circuit;
let generator: WitnessCalculator;
let tracer: HashTracer;
beforeAll(async () => {
  circuit = await loadCircuit('substitute');
  generator = await witnessCalculator(circuit.wasmFile, 'substitute');
  tracer = await hashTracer(circuit);
});

const witnessOf = (signals: SubstituteSignals, hints: Values = {}): bigint[] =>
  completeWitness(circuit, signals as unknown as Values, { ...substituteHints(signals), ...tracer(substituteHashes(signals)), ...hints });
const stops = (signals: SubstituteSignals, hints: Values = {}): string[] => stoppedBy(circuit, groups, witnessOf(signals, hints));

const copy = termsOf(realSubstitutes[0]);
const zero = termsOf(realSubstitutes[1]);
const with_ = (changes: Partial<SubstituteSignals>): SubstituteSignals => ({ ...substituteSignals(copy), ...changes });
const other = { ...copy, root: termsOf(substituteOf(realBills[2])).root };

test('the circuit has 1,186 constraints and 6 public inputs, which fits 2^11', () => {
  expect([circuit.constraints.length, circuit.publicInputs]).toEqual([1186, 6]);
  expect(circuit.constraints.length + circuit.publicInputs + 1).toBeLessThanOrEqual(2 ** 11);
});

describe('accepted', () => {
  test.each(realBills.map((bill) => [bill.id, bill] as const))('the real day of %s a week later, under its known commitment', (_, bill) => {
    const witness = substituteOf(bill);
    const signals = substituteSignals(termsOf(witness));
    expect([signals.C, signals.from]).toEqual([witness.C, bill.C]);
    expect(stops(signals)).toEqual([]);
  });

  test('a zero day, whatever is said of the other day’s opening', () => {
    const signals = zeroSignals(zero);
    expect(signals.C).toBe(zeroDayOf(realBills[1]).C);
    expect(stops(signals)).toEqual([]);
    expect(stops(zeroSignals({ ...zero, fromRegisters: 7n, fromBlinding: R - 1n }))).toEqual([]);
  });

  test('a named day that is zero, and registers and blindings of any size', () => {
    expect(stops(substituteSignals({ ...copy, root: ZERO_ROOT }))).toEqual([]);
    expect(stops(substituteSignals({ ...copy, registers: R - 1n, fromRegisters: 0n, blinding: 0n, fromBlinding: R - 1n }))).toEqual([]);
  });

  test.each(realSubstitutes.map((one) => [one.fromDay, one] as const))(
    'by the generator too, from day %i, public inputs in the order of the protocol',
    (_, one) => {
      const bytes = generator.calculate(substituteInput(one));
      const wire = (i: number): bigint =>
        BigInt(
          `0x${Buffer.from(bytes.subarray(i * 32, i * 32 + 32))
            .reverse()
            .toString('hex')}`,
        );
      const wires = Array.from({ length: circuit.wireCount }, (_unused, i) => wire(i));
      expect(wires).toEqual(witnessOf(one.from === 0n ? zeroSignals(termsOf(one)) : substituteSignals(termsOf(one))));
      expect(wires.slice(1, 7)).toEqual(substitutePublic(one));
      const names = ['C', 'gridId', 'meterTag', 'day', 'from', 'fromDay'];
      expect(names.map((name) => circuit.wireOf.get(`main.${name}`))).toEqual([1, 2, 3, 4, 5, 6]);
    },
  );
});

test('computes the known answers: commitments, public inputs and the whole witness', () => {
  const { cases } = JSON.parse(readFileSync(new URL('./testdata/substitute.json', import.meta.url), 'utf8')) as { cases: KnownAnswer[] };
  expect(cases.map(({ id }) => id)).toEqual(realSubstitutes.map(({ id }) => id));
  for (const known of cases) {
    const [C, gridId, meterTag, day, from, fromDay] = known.publicInputs.map(BigInt);
    const registers = { importStartWh: BigInt(known.importStartWh), exportStartWh: BigInt(known.exportStartWh) };
    const values = { importWh: known.importWh, exportWh: known.exportWh };
    const blinding = Uint8Array.from(Buffer.from(known.blinding, 'hex'));
    expect([Number(day), Number(fromDay)]).toEqual([known.day, known.fromDay]);
    expect(commitDay({ ...values, ...registers, blinding, gridId, meterTag, day: known.day })).toBe(C);
    const one = realSubstitutes.find(({ id }) => id === known.id)!;
    const signals = substituteInput({
      ...one,
      ...values,
      ...registers,
      blinding,
      C,
      gridId,
      meterTag,
      from,
      day: known.day,
      fromDay: known.fromDay,
    });
    expect(signals.root).toBe(known.root);
    expect(Buffer.from(generator.calculate(signals)).toString('base64')).toBe(known.witness);
  }
});

describe('C', () => {
  test.each<[string, Partial<SubstituteTerms>]>([
    ['another day’s values', { root: other.root }],
    ['a zero day', { root: ZERO_ROOT }],
    ['another day', { day: copy.day + 1n }],
    ['the day that was copied', { day: copy.fromDay }],
    ['other registers', { registers: copy.registers + 1n }],
    ['another blinding', { blinding: copy.blinding + 1n }],
  ])('refuses a commitment to %s', (_, changes) => {
    expect(stops(with_({ C: commitmentOf({ ...copy, ...changes }) }))).toEqual(['C']);
  });

  test.each<[string, Partial<SubstituteTerms>]>([
    ['of another meter', { meterTag: copy.meterTag + 1n }],
    ['of another microgrid', { gridId: copy.gridId + 1n }],
  ])('refuses a commitment %s', (_, changes) => {
    expect(stops(with_({ C: commitmentOf({ ...copy, ...changes }) }))).toEqual(['C']);
    expect(stops(zeroSignalsWith({ C: commitmentOf({ ...zero, ...changes }) }))).toEqual(['C']);
  });
});
const zeroSignalsWith = (changes: Partial<SubstituteSignals>): SubstituteSignals => ({ ...zeroSignals(zero), ...changes });

describe('the copied day', () => {
  test('refuses values that are not its own: an invented profile', () => {
    expect(stops({ ...substituteSignals(other), from: copiedOf(copy) })).toEqual(['copy']);
    expect(stops({ ...substituteSignals({ ...copy, root: ZERO_ROOT }), from: copiedOf(copy) })).toEqual(['copy']);
  });

  test.each<[string, Partial<SubstituteTerms>]>([
    ['of another meter', { meterTag: copy.meterTag + 1n }],
    ['of another microgrid', { gridId: copy.gridId + 1n }],
    ['of another day than is named', { fromDay: copy.fromDay - 7n }],
    ['with other registers', { fromRegisters: copy.fromRegisters + 1n }],
    ['behind another blinding', { fromBlinding: copy.fromBlinding + 1n }],
  ])('refuses a commitment %s', (_, changes) => {
    expect(stops(with_({ from: copiedOf({ ...copy, ...changes }) }))).toEqual(['copy']);
  });

  test('refuses a commitment that is none of a day, without its tag', () => {
    const untagged = p4(p4(0n, copy.gridId, copy.meterTag, copy.fromDay), copy.fromRegisters, copy.root, copy.fromBlinding);
    expect(stops(with_({ from: untagged }))).toEqual(['copy']);
  });
});

describe('the zero day', () => {
  test('refuses values', () => {
    expect(stops(zeroSignals({ ...zero, root: copy.root }))).toEqual(['zero day']);
    expect(stops(zeroSignals({ ...copy, fromDay: 0n }))).toEqual(['zero day']);
    expect(stops(zeroSignals({ ...zero, root: ZERO_ROOT + 1n }))).toEqual(['zero day']);
  });

  test('is not had by claiming that a named day is none, nor the other way round', () => {
    const invented = { ...substituteSignals({ ...copy, root: ZERO_ROOT }), from: copiedOf(copy) };
    expect(stops(invented, { 'none.out': 1n, 'none.inv': 0n })).toEqual(['none']);
    expect(stops(zeroSignals({ ...zero, root: copy.root }), { 'none.out': 0n, 'none.inv': 0n })).toContain('none');
    expect(stops(invented, { 'none.out': 1n, 'none.inv': 1n })).toContain('none');
  });
});

test('public inputs are bound: moving any of them by one is refused, but fromDay where no day is named', () => {
  const moved = (signals: SubstituteSignals) =>
    (['C', 'gridId', 'meterTag', 'day', 'from', 'fromDay'] as const).map(
      (name) => stops({ ...signals, [name]: signals[name] + 1n }).length > 0,
    );
  expect(moved(substituteSignals(copy))).toEqual([true, true, true, true, true, true]);
  expect(moved(zeroSignals(zero))).toEqual([true, true, true, true, true, false]);
});

test('where no day is named fromDay is 0 by the public inputs, and nowhere else', () => {
  expect(() => substitutePublic({ ...realSubstitutes[1], fromDay: 1 })).toThrow('fromDay');
  expect(() => substitutePublic({ ...realSubstitutes[0], fromDay: 0 })).toThrow('fromDay');
  expect(() => substitutePublic({ ...realSubstitutes[0], from: 0n })).toThrow('fromDay');
  expect(substitutePublic(realSubstitutes[1]).slice(4)).toEqual([0n, 0n]);
});

test('the generator refuses what the constraints refuse, without quoting a value', () => {
  const signals = substituteInput(realSubstitutes[0]);
  expect(() => generator.calculate({ ...signals, root: String(other.root) })).toThrow(
    expect.objectContaining({ code: 'unsatisfied', message: 'substitute: the inputs do not satisfy the circuit' }),
  );
  expect(generator.calculate(signals).length).toBe(circuit.wireCount * 32);
});
