/** DayBill: what it accepts, and for every group of constraints the attack that only this group stops (circuits/testing/attacker.ts). */
import { beforeAll, describe, expect, test } from 'vitest';
import { dayBillInput, dayBillPublic } from '../src/node/proofs/inputs.ts';
import type { WitnessCalculator } from '../src/node/proofs/witness.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import type { Groups, Values } from './testing/attacker.ts';
import { completeWitness, stoppedBy, violations } from './testing/attacker.ts';
import type { HashTracer } from './testing/hashes.ts';
import { hashTracer } from './testing/hashes.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';
import { realBills } from './testing/real-day.ts';
import type { BillPrivate, BillSignals, BillTerms } from './testing/statements.ts';
import {
  amountOf,
  billHashes,
  billHints,
  billOf,
  closingOf,
  dayBill,
  maskedSum,
  meterDayOf,
  mod,
  p4,
  R,
  registersOf,
} from './testing/statements.ts';

const groups: Groups = [
  ['values', /^main\.(import|export)Bits\[/],
  ['registers', /^main\.(opening|closing)\./],
  ['C', /^main\.C$/],
  ['K', /^main\.K$/],
  ['B', /^main\.B$/],
  ['L0', /^main\.L0$/],
  ['L1', /^main\.L1$/],
  ['S', /^main\.S$/],
];

let circuit: Circuit;
let generator: WitnessCalculator;
let tracer: HashTracer;
beforeAll(async () => {
  circuit = await loadCircuit('day-bill');
  generator = await witnessCalculator(circuit.wasmFile, 'day-bill');
  tracer = await hashTracer(circuit);
});

const asValues = (signals: BillSignals): Values => signals as unknown as Values;
const witnessOf = (signals: BillSignals, hints: Values = {}): bigint[] =>
  completeWitness(circuit, asValues(signals), { ...billHints(signals), ...tracer(billHashes(signals)), ...hints });
const stops = (signals: BillSignals, hints: Values = {}): string[] => stoppedBy(circuit, groups, witnessOf(signals, hints));

/** A day without any zero, so that every price counts. */
const busy: BillPrivate & BillTerms = {
  ...billOf(realBills[0]),
  importWh: Array.from({ length: 96 }, (_, i) => BigInt(1000 + i)),
  exportWh: Array.from({ length: 96 }, (_, i) => BigInt(500 + 2 * i)),
  importStart: 123_456_789n,
  exportStart: 987_654n,
};
const replace = (values: bigint[], changes: Record<number, bigint>): bigint[] => values.map((v, i) => changes[i] ?? v);
const repeat = (value: bigint): bigint[] => new Array<bigint>(96).fill(value);

describe('size', () => {
  test('the circuit has 7,700 constraints and 203 public inputs, which fits 2^13', () => {
    expect([circuit.constraints.length, circuit.publicInputs]).toEqual([7700, 203]);
    expect(circuit.constraints.length + circuit.publicInputs + 1).toBeLessThanOrEqual(2 ** 13);
  });
});

describe('accepted', () => {
  test.each(realBills.map((bill) => [bill.id, bill] as const))('the real day of %s, with its known commitments', (_, bill) => {
    const signals = dayBill(billOf(bill));
    for (const name of ['C', 'K', 'B', 'L0', 'L1', 'S'] as const) expect(signals[name]).toBe(bill[name]);
    expect(stops(signals)).toEqual([]);
  });

  test('the generator makes the same witness, with the public inputs in the order of the protocol', () => {
    const bytes = generator.calculate(dayBillInput(realBills[0]));
    const wires = Array.from({ length: circuit.wireCount }, (_, i) =>
      BigInt(
        `0x${Buffer.from(bytes.subarray(i * 32, i * 32 + 32))
          .reverse()
          .toString('hex')}`,
      ),
    );
    expect(wires).toEqual(witnessOf(dayBill(billOf(realBills[0]))));
    expect(wires.slice(1, 204)).toEqual(dayBillPublic(realBills[0]));
    const names = [
      'C',
      'K',
      'B',
      'L0',
      'L1',
      'S',
      'rho',
      'gridId',
      'meterTag',
      'day',
      'feePerDay',
      ...repeat(0n).map((_, i) => `buy[${i}]`),
      ...repeat(0n).map((_, i) => `sell[${i}]`),
    ];
    expect(names.map((name) => circuit.wireOf.get(`main.${name}`))).toEqual(names.map((_, i) => i + 1));
  });

  test.each<[string, Partial<BillPrivate & BillTerms>]>([
    ['a day without any energy', { importWh: repeat(0n), exportWh: repeat(0n) }],
    ['the largest values', { importWh: repeat(2n ** 20n - 1n), exportWh: repeat(2n ** 20n - 1n) }],
    [
      'registers that end at their last value',
      {
        importStart: 2n ** 56n - 1n - closingOf({ ...busy, importStart: 0n })[0],
        exportStart: 2n ** 56n - 1n - closingOf({ ...busy, exportStart: 0n })[1],
      },
    ],
    ['negative prices and a negative amount', { buy: repeat(-5000n), sell: repeat(-2_147_483_647n) }],
    ['prices at both ends of their range', { buy: repeat(2_147_483_647n), sell: repeat(-2_147_483_647n), feePerDay: 2n ** 48n - 1n }],
  ])('%s', (_, changes) => {
    expect(stops(dayBill({ ...busy, ...changes }))).toEqual([]);
  });
});

describe('values below 2^20', () => {
  test.each<[string, Partial<BillPrivate>]>([
    ['an import of 2^20', { importWh: replace(busy.importWh, { 0: 2n ** 20n }) }],
    ['an export of 2^20 in the last slot', { exportWh: replace(busy.exportWh, { 95: 2n ** 20n }) }],
    ['a negative import, which would lower the bill', { importWh: replace(busy.importWh, { 40: -1n }) }],
    ['a negative export', { exportWh: replace(busy.exportWh, { 7: -300n }) }],
    ['a value near r', { importWh: replace(busy.importWh, { 3: R - 12345n }) }],
  ])('refuses %s', (_, changes) => {
    expect(stops(dayBill({ ...busy, ...changes }))).toContain('values');
    expect(stops(dayBill({ ...busy, ...changes })).filter((group) => group !== 'registers')).toEqual(['values']);
  });

  test('refuses a value moved to its neighbour inside a packed word, which leaves C as signed', () => {
    const moved = { ...busy, importWh: replace(busy.importWh, { 0: busy.importWh[0] + 2n ** 20n, 1: busy.importWh[1] - 1n }) };
    expect(dayBill(moved).C).toBe(dayBill(busy).C);
    expect(stops(dayBill(moved))).toEqual(['values']);
  });

  test('holds for each of the 192 values', () => {
    const all = dayBill({ ...busy, importWh: repeat(2n ** 20n), exportWh: repeat(2n ** 20n) });
    expect(violations(circuit, witnessOf(all)).length).toBe(192);
    expect(stops(all)).toEqual(['values']);
  });

  test('refuses digits that are no bits but add up', () => {
    const bits = billHints(busy)['importBits[5].out'] as bigint[];
    const at = bits.findIndex((bit, i) => i > 0 && bit === 1n);
    const tampered = bits.map((bit, i) => (i === at ? 0n : i === at - 1 ? bit + 2n : bit));
    expect(stops(dayBill(busy), { 'importBits[5].out': tampered })).toEqual(['values']);
  });
});

describe('registers below 2^56', () => {
  const importSum = closingOf({ ...busy, importStart: 0n })[0];
  test.each<[string, Partial<BillPrivate>]>([
    ['an import register of 2^56', { importStart: 2n ** 56n }],
    ['an export register of 2^56', { exportStart: 2n ** 56n }],
    ['a negative register', { importStart: -1n }],
    ['a negative register whose closing is positive', { exportStart: -5n }],
    ['a register that passes 2^56 within the day', { importStart: 2n ** 56n - importSum }],
  ])('refuses %s', (_, changes) => {
    expect(stops(dayBill({ ...busy, ...changes }))).toEqual(['registers']);
  });

  test('refuses energy shifted between the two registers of one word, which leaves C and L0 as they were', () => {
    const shifted = { ...busy, importStart: busy.importStart + 2n ** 64n, exportStart: busy.exportStart - 1n };
    expect([dayBill(shifted).C, dayBill(shifted).L0]).toEqual([dayBill(busy).C, dayBill(busy).L0]);
    expect(stops(dayBill(shifted))).toEqual(['registers']);
  });

  test('refuses register digits that are no bits but add up', () => {
    const bits = billHints(busy)['closing.exportBits.out'] as bigint[];
    const at = bits.findIndex((bit, i) => i > 0 && bit === 1n);
    expect(
      stops(dayBill(busy), { 'closing.exportBits.out': bits.map((bit, i) => (i === at ? 0n : i === at - 1 ? bit + 2n : bit)) }),
    ).toEqual(['registers']);
  });
});

describe('commitments', () => {
  const honest = dayBill(busy);
  const with_ = (changes: Partial<BillSignals>): BillSignals => ({ ...honest, ...changes });

  test.each<[string, BillSignals, string[]]>([
    ['readings that are not the committed ones', with_({ C: dayBill({ ...busy, importWh: replace(busy.importWh, { 9: 0n }) }).C }), ['C']],
    ['another blinding of C', with_({ blinding: honest.blinding + 1n }), ['C']],
    ['a commitment of another day', with_({ C: dayBill({ ...busy, day: busy.day + 1n }).C }), ['C']],
    ['a commitment of another meter', with_({ C: dayBill({ ...busy, meterTag: busy.meterTag + 1n }).C }), ['C']],
    ['a commitment of another microgrid', with_({ C: dayBill({ ...busy, gridId: busy.gridId + 1n }).C }), ['C']],
    [
      'a commitment with import and export exchanged',
      with_({ C: dayBill({ ...busy, importWh: busy.exportWh, exportWh: busy.importWh }).C }),
      ['C'],
    ],
    ['a commitment to other opening registers', with_({ C: dayBill({ ...busy, importStart: busy.importStart - 1n }).C }), ['C']],
    ['a mask chosen after rho', with_({ K: p4(3n, meterDayOf(busy), busy.k + 1n, busy.v) }), ['K']],
    ['a mask behind another v', with_({ v: busy.v + 1n }), ['K']],
    ['a mask of another day', with_({ K: dayBill({ ...busy, day: busy.day - 1n }).K }), ['K']],
    ['an amount one nELECTRA higher', with_({ B: p4(4n, meterDayOf(busy), amountOf(busy) + 1n, busy.s) }), ['B']],
    ['an amount one nELECTRA lower', with_({ B: p4(4n, meterDayOf(busy), amountOf(busy) - 1n, busy.s) }), ['B']],
    ['an amount without the fee', with_({ B: p4(4n, meterDayOf(busy), amountOf(busy) - busy.feePerDay, busy.s) }), ['B']],
    ['an amount with exports charged', with_({ B: dayBill({ ...busy, sell: busy.sell.map((p) => -p) }).B }), ['B']],
    ["a bill under a mask's tag", with_({ B: p4(3n, meterDayOf(busy), amountOf(busy), busy.s) }), ['B']],
    [
      'an opening link to other registers',
      with_({ L0: p4(5n, busy.meterTag, registersOf(busy.importStart - 1n, busy.exportStart), busy.u0) }),
      ['L0'],
    ],
    ['an opening link of another meter', with_({ L0: dayBill({ ...busy, meterTag: 1n }).L0 }), ['L0']],
    [
      'a closing that lost one Wh of import',
      with_({ L1: p4(5n, busy.meterTag, registersOf(closingOf(busy)[0] - 1n, closingOf(busy)[1]), busy.u1) }),
      ['L1'],
    ],
    [
      'a closing that gained one Wh of export',
      with_({ L1: p4(5n, busy.meterTag, registersOf(closingOf(busy)[0], closingOf(busy)[1] + 1n), busy.u1) }),
      ['L1'],
    ],
    [
      'a closing equal to the opening',
      with_({ L1: p4(5n, busy.meterTag, registersOf(busy.importStart, busy.exportStart), busy.u1) }),
      ['L1'],
    ],
    ["a closing link behind the opening's u", with_({ L1: p4(5n, busy.meterTag, registersOf(...closingOf(busy)), busy.u0) }), ['L1']],
  ])('refuses %s', (_, signals, expected) => {
    expect(stops(signals)).toEqual(expected);
  });

  test.each([0, 47, 95])('refuses an amount with a price of slot %i moved by one nELECTRA', (slot) => {
    for (const side of ['buy', 'sell'] as const) {
      for (const step of [1n, -1n])
        expect(stops(with_({ [side]: replace(busy[side], { [slot]: busy[side][slot] + step }) }))).toEqual(['B']);
    }
  });
});

describe('masked sum', () => {
  const values = [...busy.importWh, ...busy.exportWh];
  test.each<[string, bigint]>([
    ['one more', dayBill(busy).S + 1n],
    ['one less', mod(dayBill(busy).S - 1n)],
    ['without the mask', maskedSum(values, busy.rho, 0n)],
    ['with exponents 191 … 0 instead of 192 … 1', maskedSum(values, busy.rho, busy.k, 0)],
    ['at another rho', maskedSum(values, busy.rho + 1n, busy.k)],
    ['with export before import', maskedSum([...busy.exportWh, ...busy.importWh], busy.rho, busy.k)],
  ])('refuses S %s', (_, S) => {
    expect(stops({ ...dayBill(busy), S })).toEqual(['S']);
  });
});

test('public inputs are bound: moving any of the first eleven, or one of every sixteen prices, by one is refused', () => {
  const honest = dayBill(busy);
  const free: string[] = [];
  for (let wire = 1; wire <= 203; wire++) {
    const moved = Object.fromEntries(
      Object.entries(honest).map(([name, value]) => [
        name,
        Array.isArray(value)
          ? value.map((v, i) => (circuit.wireOf.get(`main.${name}[${i}]`) === wire ? v + 1n : v))
          : circuit.wireOf.get(`main.${name}`) === wire
            ? value + 1n
            : value,
      ]),
    );
    if (wire < 12 || wire % 16 === 0 || wire === 203) {
      if (stops(moved as unknown as BillSignals).length === 0) free.push(circuit.namesOf[wire][0]);
    }
  }
  expect(free).toEqual([]);
});

test('the generator refuses what the constraints refuse, without quoting a value', () => {
  const signals = dayBillInput(realBills[0]);
  const tampered = { ...signals, importWh: (signals.importWh as string[]).map((v, i) => (i === 0 ? String(2 ** 20) : v)) };
  expect(() => generator.calculate(tampered)).toThrow(
    expect.objectContaining({ code: 'unsatisfied', message: 'day-bill: the inputs do not satisfy the circuit' }),
  );
  expect(generator.calculate(signals).length).toBe(circuit.wireCount * 32);
});
