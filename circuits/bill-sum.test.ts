/** BillSum: what it accepts, and for every group of constraints the attack that only this group stops (circuits/testing/attacker.ts). */
import { beforeAll, describe, expect, test } from 'vitest';
import { billSumInput, billSumPublic } from '../src/node/proofs/main-inputs.ts';
import type { WitnessCalculator } from '../src/node/proofs/witness.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import type { Groups, Values } from './testing/attacker.ts';
import { completeWitness, inverse, stoppedBy } from './testing/attacker.ts';
import type { HashTracer } from './testing/hashes.ts';
import { hashTracer } from './testing/hashes.ts';
import { realBillSum } from './testing/main-day.ts';
import type { SumTerms } from './testing/main-statements.ts';
import { billOn, sumHashes, sumHints, sumSignals, sumTerms } from './testing/main-statements.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';
import { mod, p4, R } from './testing/statements.ts';

const groups: Groups = [
  ['total', /^main\.total$/],
  ['part', /^main\.amount\[/, /^main\.part\[/],
  ['bill', /^main\.B\[/, /^main\.none\[\d\]\.out$/, /^main\.bill\[/],
  ['none', /^main\.none\[/],
];

let circuit: Circuit;
let generator: WitnessCalculator;
let tracer: HashTracer;
beforeAll(async () => {
  circuit = await loadCircuit('bill-sum');
  generator = await witnessCalculator(circuit.wasmFile, 'bill-sum');
  tracer = await hashTracer(circuit);
});

const witnessOf = (terms: SumTerms, hints: Values = {}): bigint[] =>
  completeWitness(circuit, terms as unknown as Values, { ...sumHints(terms), ...tracer(sumHashes(terms)), ...hints });
const stops = (terms: SumTerms, hints: Values = {}): string[] => stoppedBy(circuit, groups, witnessOf(terms, hints));

/** Seven days with a bill each. */
const amount = [5_000_000_000n, -7_000_000_000n, 1n, 0n, -1n, 27_243_925_000n, -26_326_610_000n];
const week = { ...sumTerms(realBillSum), amount, s: amount.map((_, i) => p4(BigInt(i), 1n, 1n, 1n)) };
const full = sumSignals(week);
const at = <T>(values: readonly T[], i: number, value: T): T[] => values.map((old, j) => (j === i ? value : old));

test('the circuit has 4,144 constraints and 11 public inputs, which fits 2^13', () => {
  expect([circuit.constraints.length, circuit.publicInputs]).toEqual([4144, 11]);
  expect(circuit.constraints.length + circuit.publicInputs + 1).toBeLessThanOrEqual(2 ** 13);
});

describe('accepted', () => {
  test('a real week with a day without a bill, by the generator too, public inputs in their order', () => {
    const terms = sumTerms(realBillSum);
    expect(terms.B.indexOf(0n)).toBe(2);
    const view = new BigUint64Array(generator.calculate(billSumInput(realBillSum)).buffer);
    const wires = Array.from({ length: circuit.wireCount }, (_, i) =>
      [3, 2, 1, 0].reduce((value, word) => (value << 64n) | view[4 * i + word], 0n),
    );
    expect(wires).toEqual(witnessOf(terms));
    expect(stops(terms)).toEqual([]);
    expect(wires.slice(1, 12)).toEqual(billSumPublic(realBillSum));
    const names = ['gridId', 'meterTag', 'firstDay', ...Array.from({ length: 7 }, (_, i) => `B[${i}]`), 'total'];
    expect(names.map((name) => circuit.wireOf.get(`main.${name}`))).toEqual(names.map((_, i) => i + 1));
  });

  test.each([
    ['seven bills', []],
    ['none at all', [0, 1, 2, 3, 4, 5, 6]],
    ['the first day alone', [1, 2, 3, 4, 5, 6]],
    ['the last day alone', [0, 1, 2, 3, 4, 5]],
    ['every other day', [1, 3, 5]],
  ])('%s', (_, none) => {
    expect(stops(sumSignals(week, none))).toEqual([]);
  });

  test('the largest amounts of DayBills, whose sum is below 2^62, either way', () => {
    const most = 192n * 2n ** 51n + 2n ** 48n;
    for (const each of [most, -most]) {
      const terms = sumSignals({ ...week, amount: amount.map(() => each) });
      expect(stops(terms)).toEqual([]);
      const of = { ...realBillSum, B: terms.B, amountsNel: terms.amount, s: terms.s, totalNel: 7n * each };
      expect(billSumPublic(of)[10]).toBe(terms.total);
    }
  });

  test('on a day without a bill whatever is said of one, which adds nothing', () => {
    const none = sumSignals(week, [4]);
    const said = { ...none, amount: at(none.amount, 4, 10n ** 18n), s: at(none.s, 4, R - 1n) };
    expect(stops(said)).toEqual([]);
  });
});

describe('total', () => {
  test.each([
    ['one more', 1n],
    ['one less', -1n],
    ['of the other sign', -2n * full.total],
    ['without the last day', -amount[6]],
  ])('refuses %s', (_, change) => {
    expect(stops({ ...full, total: mod(full.total + change) })).toEqual(['total']);
  });

  test('refuses amounts that add up but are not those of the bills', () => {
    const moved = { ...full, amount: at(at(amount, 0, amount[0] + 9n), 1, amount[1] - 9n) };
    expect(stops(moved)).toEqual(['bill']);
  });

  test('refuses a wrapped sum: amounts of the field’s size that no DayBill can make are not in the bills', () => {
    const wrapped = { ...full, amount: at(amount, 0, amount[0] - full.total), total: 0n };
    expect(stops(wrapped)).toEqual(['bill']);
  });
});

describe('a bill', () => {
  test.each(amount.map((_, i) => i))('of day %i opens to its amount and no other', (i) => {
    const lie = sumSignals({ ...week, amount: at(amount, i, amount[i] - 1n) });
    expect(stops({ ...lie, B: full.B })).toEqual(['bill']);
    expect(stops({ ...full, s: at(full.s, i, full.s[i] + 1n) })).toEqual(['bill']);
  });

  test.each<[string, Partial<SumTerms>]>([
    ['of another meter', { meterTag: full.meterTag + 1n }],
    ['of another chain', { gridId: full.gridId + 1n }],
    ['of the week before', { firstDay: full.firstDay - 7n }],
    ['of the day before', { firstDay: full.firstDay - 1n }],
  ])('refuses those %s', (_, changes) => {
    const other = { ...full, ...changes };
    expect(stops({ ...full, B: full.B.map((_b, i) => billOn(other, i)) })).toEqual(['bill']);
    for (const i of [0, 3, 6]) expect(stops({ ...full, B: at(full.B, i, billOn(other, i)) })).toEqual(['bill']);
  });

  test('refuses one day twice, in place of another', () => {
    const twice = { ...full, B: at(full.B, 3, full.B[5]), amount: at(amount, 3, amount[5]), s: at(full.s, 3, full.s[5]) };
    expect(stops({ ...twice, total: mod(full.total - amount[3] + amount[5]) })).toEqual(['bill']);
  });

  test('refuses days in another order', () => {
    const swapped = <T>(values: readonly T[]): T[] => at(at(values, 0, values[1]), 1, values[0]);
    expect(stops({ ...full, B: swapped(full.B), amount: swapped(amount), s: swapped(full.s) })).toEqual(['bill']);
  });

  test('refuses a commitment of another kind, without its tag', () => {
    const meterDay = p4(1n, full.gridId, full.meterTag, full.firstDay);
    for (const tag of [3n, 5n, 0n]) expect(stops({ ...full, B: at(full.B, 0, p4(tag, meterDay, amount[0], full.s[0])) })).toEqual(['bill']);
  });
});

describe('a day without a bill', () => {
  const lied = { 'none[3].out': 1n, 'none[3].inv': 0n };
  const left = { ...full, total: mod(full.total - amount[3]) };
  const owed = sumSignals({ ...week, amount: at(amount, 3, 4_000n) });

  test('cannot be claimed of one that has a bill, to leave it out', () => {
    expect(stops({ ...owed, total: mod(owed.total - 4_000n) }, { ...lied, 'part[3]': 0n })).toEqual(['none']);
    expect(stops({ ...owed, total: mod(owed.total - 4_000n) }, { ...lied, 'none[3].inv': 1n, 'part[3]': 0n })).toContain('none');
    expect(left.total).toBe(full.total); // of an amount of 0 there is nothing to gain
  });

  test('cannot be denied, to add an amount at will', () => {
    const none = sumSignals(week, [3]);
    const added = { ...none, amount: at(none.amount, 3, 77n), total: mod(none.total + 77n) };
    const denied = { 'none[3].out': 0n, 'none[3].inv': 0n, 'part[3]': 77n };
    expect(stops(added, denied)).toEqual(['bill', 'none']);
    expect(stops(added, { 'part[3]': 77n })).toEqual(['part']);
  });

  test('is no half: an outcome other than 0 and 1 is refused', () => {
    const half = inverse(2n, R);
    const out = { 'none[3].out': half, 'none[3].inv': mod((1n - half) * inverse(owed.B[3], R)), 'part[3]': mod(4_000n * half) };
    expect(stops({ ...owed, total: mod(owed.total - 4_000n + 4_000n * half) }, out)).toEqual(['none']);
  });

  test('leaves the inverse free, which changes nothing', () => {
    expect(stops(sumSignals(week, [3]), { 'none[3].inv': 12345n })).toEqual([]);
  });

  test('has a B of 0, and no amount and blinding that are known give one', () => {
    // B is a hash's value. What could be tried is tried: small amounts, amounts and blindings at the field's edges.
    const edges = [0n, 1n, R - 1n, 2n ** 60n];
    const found = edges.flatMap((a) => edges.map((s) => billOn({ ...full, amount: [a], s: [s] }, 0)));
    expect(found).not.toContain(0n);
  });
});

test('public inputs are bound: moving any of them by one is refused', () => {
  const witness = witnessOf(full);
  const bound = Array.from({ length: 11 }, (_, i) =>
    stoppedBy(
      circuit,
      groups,
      witness.map((value, wire) => (wire === i + 1 ? value + 1n : value)),
    ),
  );
  expect(bound.filter((found) => found.length === 0)).toEqual([]);
});

describe('the public inputs', () => {
  test.each<[string, Partial<typeof realBillSum>]>([
    ['B', { B: realBillSum.B.slice(1) }],
    ['B[6]', { B: at(realBillSum.B, 6, R) }],
    ['gridId', { gridId: R }],
    ['meterTag', { meterTag: -1n }],
    ['firstDay', { firstDay: 2 ** 32 - 6 }],
    ['firstDay', { firstDay: -1 }],
    ['totalNel', { totalNel: 2n ** 62n }],
    ['totalNel', { totalNel: -(2n ** 62n) }],
  ])('refuse %s out of its range', (field, changes) => {
    expect(() => billSumPublic({ ...realBillSum, ...changes })).toThrow(expect.objectContaining({ field }));
  });

  test('take a day that is the last whose week ends in time, and totals of both signs', () => {
    expect(billSumPublic({ ...realBillSum, firstDay: 2 ** 32 - 7, totalNel: -1n }).slice(-1)).toEqual([R - 1n]);
  });
});

test('inputs that say something of a day without a bill, or do not add up, are named before they become a witness', () => {
  const of = (changes: Partial<typeof realBillSum>) => () => billSumInput({ ...realBillSum, ...changes });
  expect(of({ amountsNel: at(realBillSum.amountsNel, 2, 1n) })).toThrow('amountsNel[2]');
  expect(of({ s: at(realBillSum.s, 2, 1n) })).toThrow('s[2]');
  expect(of({ totalNel: realBillSum.totalNel + 1n })).toThrow('totalNel');
  expect(of({ s: realBillSum.s.slice(1) })).toThrow('s: ');
  expect(() => generator.calculate({ ...billSumInput(realBillSum), total: '1' })).toThrow(expect.objectContaining({ code: 'unsatisfied' }));
});
