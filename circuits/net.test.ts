/** Net: what it accepts, and for every group of constraints the attack that only this group stops (circuits/testing/attacker.ts). */
import { beforeAll, describe, expect, test } from 'vitest';
import { netInput, netPublic } from '../src/node/proofs/main-inputs.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import type { Groups, Values } from './testing/attacker.ts';
import { completeWitness, inverse, stoppedBy } from './testing/attacker.ts';
import type { HashTracer } from './testing/hashes.ts';
import { hashTracer } from './testing/hashes.ts';
import { realNet } from './testing/main-day.ts';
import type { NetSignals, NetTerms } from './testing/main-statements.ts';
import { anchoredOf, netHashes, netHints, netSignals, netTerms, statementOf } from './testing/main-statements.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';
import { mod, R } from './testing/statements.ts';

const groups: Groups = [
  ['totals', /^main\.totalBits/],
  ['flow', /^main\.flow\[/],
  ['capacity', /^main\.left\[/],
  ['X', /^main\.X$/],
  ['C', /^main\.C$/],
  ['hash', /^main\.(root|totals|meterDay|commitment)\./],
  ['net', /^main\.importWh/, /^main\.exportWh/, /^main\.T\[/],
  ['one way', /^main\.importWh/],
];
const NAMES = ['X', 'gridId', 'C', 'mainGridId', 'meterTag', 'day', 'capacityWh'];

let circuit: Circuit;
let tracer: HashTracer;
beforeAll(async () => {
  circuit = await loadCircuit('net');
  tracer = await hashTracer(circuit);
});

const witnessOf = (signals: NetSignals, hints: Values = {}): bigint[] =>
  completeWitness(circuit, signals as unknown as Values, { ...netHints(signals), ...tracer(netHashes(signals)), ...hints });
const stops = (signals: NetSignals, hints: Values = {}): string[] => stoppedBy(circuit, groups, witnessOf(signals, hints));

const real = netTerms(realNet);
const at = <T>(values: readonly T[], i: number, value: T): T[] => values.map((old, j) => (j === i ? value : old));

/** The real day with other flows in slot 40, totals and commitments that fit them. */
const withSlot = (slot: { D: bigint; E: bigint; import?: bigint; export?: bigint; capacityWh?: bigint }): NetTerms => ({
  ...real,
  capacityWh: slot.capacityWh ?? real.capacityWh,
  T: at(at(real.T, 40, slot.D), 96 + 40, slot.E),
  importWh: at(real.importWh, 40, slot.import ?? (slot.D > slot.E ? slot.D - slot.E : 0n)),
  exportWh: at(real.exportWh, 40, slot.export ?? (slot.E > slot.D ? slot.E - slot.D : 0n)),
});

test('the circuit has 13,278 constraints and 7 public inputs, which fits 2^14', () => {
  expect([circuit.constraints.length, circuit.publicInputs]).toEqual([13278, 7]);
  expect(circuit.constraints.length + circuit.publicInputs + 1).toBeLessThanOrEqual(2 ** 14);
});

describe('accepted', () => {
  test('the real day, under its X of another implementation', () => {
    const signals = netSignals(real);
    expect([signals.X, signals.C]).toEqual([realNet.X, realNet.C]);
    expect(stops(signals)).toEqual([]);
  });

  test('the generator makes the same witness, with the public inputs in their order', async () => {
    const bytes = (await witnessCalculator(circuit.wasmFile, 'net')).calculate(netInput(realNet));
    const view = new BigUint64Array(bytes.buffer);
    const wires = Array.from({ length: circuit.wireCount }, (_, i) =>
      [3, 2, 1, 0].reduce((value, word) => (value << 64n) | view[4 * i + word], 0n),
    );
    expect(wires).toEqual(witnessOf(netSignals(real)));
    expect(wires.slice(1, 8)).toEqual(netPublic(realNet));
    expect(NAMES.map((name) => circuit.wireOf.get(`main.${name}`))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  const most = 2n ** 20n - 1n;
  test.each([
    ['a slot without energy', withSlot({ D: 0n, E: 0n })],
    ['as much used as delivered', withSlot({ D: 777n, E: 777n })],
    ['all of the capacity imported', withSlot({ D: 60_000n, E: 0n })],
    ['all of the capacity exported', withSlot({ D: 1n, E: 60_001n })],
    ['the most that a slot holds, of the largest totals', withSlot({ D: 2n ** 24n - 1n, E: 2n ** 24n - 1n - most, capacityWh: most })],
    ['the same the other way', withSlot({ D: 2n ** 24n - 1n - most, E: 2n ** 24n - 1n, capacityWh: most })],
    ['blindings and mask of any size', { ...real, M: R - 1n, x: R - 1n, blinding: R - 1n }],
    [
      'a day without energy, of a connection that carries none',
      { ...real, capacityWh: 0n, T: real.T.map(() => 0n), importWh: real.importWh.map(() => 0n), exportWh: real.exportWh.map(() => 0n) },
    ],
  ] satisfies [string, NetTerms][])('%s', (_, terms) => {
    expect(stops(netSignals(terms))).toEqual([]);
  });
});

describe('one way', () => {
  test.each([
    ['5 Wh in both directions more', 5n],
    ['one Wh', 1n],
  ])('refuses %s: the net is the same, and prices are moved', (_, more) => {
    const wide = withSlot({ D: 300n, E: 100n, import: 200n + more, export: more });
    expect(stops(netSignals(wide))).toEqual(['one way']);
  });

  test('refuses both sides inflated mod r, under a flow of nothing', () => {
    expect(stops(netSignals(withSlot({ D: 0n, E: 10n, import: -5n, export: 5n })))).toEqual(['one way']);
  });
});

describe('flow', () => {
  test('refuses a negative import in place of an export', () => {
    expect(stops(netSignals(withSlot({ D: 0n, E: 5n, import: -5n, export: 0n })))).toEqual(['flow']);
  });

  test('refuses a negative export in place of an import', () => {
    expect(stops(netSignals(withSlot({ D: 5n, E: 0n, import: 0n, export: -5n })))).toEqual(['flow']);
  });

  test('refuses 2^20 Wh, were the capacity as much; and the public inputs refuse such a capacity', () => {
    expect(stops(netSignals(withSlot({ D: 2n ** 20n, E: 0n, capacityWh: 2n ** 20n })))).toEqual(['flow']);
    for (const capacityWh of [2 ** 20, -1, 0.5]) expect(() => netPublic({ ...realNet, capacityWh })).toThrow('capacityWh');
  });
});

describe('capacity', () => {
  test.each([
    ['imported', { D: 60_001n, E: 0n }],
    ['exported', { D: 0n, E: 60_001n }],
  ])('refuses a Wh more than the connection carries, %s', (_, slot) => {
    expect(stops(netSignals(withSlot(slot)))).toEqual(['capacity']);
  });
});

describe('totals below 2^24', () => {
  test('refuses larger ones, whatever their net', () => {
    expect(stops(netSignals(withSlot({ D: 2n ** 24n, E: 2n ** 24n })))).toEqual(['totals']);
    expect(stops(netSignals(withSlot({ D: -7n, E: -7n })))).toEqual(['totals']);
  });

  /**
   * Words hold ten totals, and import has 96: the words of both sides begin at other slots. So numbers z of the field's size can be added
   * to D and E of the same slots alike, and `less` taken from one D alone, with every word as it was.
   */
  function underTheSameX(less: bigint): NetTerms {
    const B = 2n ** 24n;
    const over = (n: number): bigint => inverse(mod(B ** BigInt(n)), R);
    const z = new Array<bigint>(96).fill(0n);
    z[0] = mod(less * B ** 4n * inverse(mod(1n + B ** 96n), R));
    z[4] = mod(less - z[0] * over(4));
    for (let i = 4; i < 84; i += 10) {
      z[i + 6] = mod(-z[i] * over(6)); // a word of export
      z[i + 10] = mod(-z[i + 6] * over(4)); // a word of import
    }
    z[90] = mod(-z[84] * over(6));
    const T = real.T.map((total, i) => mod(total + z[i % 96] - (i === 4 ? less : 0n)));
    return { ...real, T, importWh: at(real.importWh, 4, real.importWh[4] - less) };
  }

  test('refuses a Wh less imported than the members did, under the very X that their chain anchored', () => {
    const forged = netSignals(underTheSameX(1n));
    expect(forged.X).toBe(realNet.X);
    expect(forged.C).not.toBe(realNet.C);
    expect(stops(forged)).toEqual(['totals']);
  });
});

describe('X and C', () => {
  const honest = netSignals(real);
  test.each<[string, Partial<NetTerms>]>([
    ['over other totals', { T: at(at(real.T, 7, real.T[7] + 1n), 103, real.T[103] + 1n) }],
    ['with import and export exchanged', { T: [...real.T.slice(96), ...real.T.slice(0, 96)] }],
    ['over another sum of masks', { M: real.M + 1n }],
    ['behind another x', { x: real.x + 1n }],
    ['of another day', { day: real.day + 1n }],
    ['of another microgrid', { gridId: real.gridId + 1n }],
    ['of the main chain', { gridId: real.mainGridId }],
  ])('refuses an X %s', (_, changes) => {
    expect(stops({ ...honest, X: anchoredOf({ ...real, ...changes }) })).toEqual(['X']);
  });

  test.each<[string, Partial<NetTerms>, bigint?]>([
    ['of another day', { day: real.day - 1n }],
    ['of another meter', { meterTag: real.meterTag + 1n }],
    ['on another main chain', { mainGridId: real.mainGridId + 1n }],
    ['on the community’s own chain', { mainGridId: real.gridId }],
    ['behind another blinding', { blinding: real.blinding + 1n }],
    ['to other values', { importWh: at(real.importWh, 0, real.importWh[0] + 1n) }],
    ['to the same the other way', { importWh: real.exportWh, exportWh: real.importWh }],
    ['with an import register', {}, 1n],
    ['with an export register', {}, 2n ** 64n],
    ['with registers mod r', {}, R - 1n],
  ])('refuses a C %s', (_, changes, registers) => {
    expect(stops({ ...honest, C: statementOf({ ...real, ...changes }, registers) })).toEqual(['C']);
  });

  test('public inputs are bound: moving any of them by one is refused', () => {
    const witness = witnessOf(honest);
    const bound = NAMES.map(
      (_, i) =>
        stoppedBy(
          circuit,
          groups,
          witness.map((value, wire) => (wire === i + 1 ? value + 1n : value)),
        ).length > 0,
    );
    expect(bound).toEqual(NAMES.map(() => true));
  });

  test('one day stands in both: a statement of another day than the totals has no witness', () => {
    const other = { ...real, day: real.day + 1n };
    expect(stops({ ...honest, C: statementOf(other) })).toEqual(['C']);
    expect(stops({ ...netSignals(other), X: honest.X })).toEqual(['X']);
  });
});

describe('digits that are no bits but add up are refused', () => {
  test.each([
    ['totalBits[20]', 'totals'],
    ['flow[20]', 'flow'],
    ['left[20]', 'capacity'],
  ])('of %s', (name, group) => {
    const signals = netSignals(withSlot({ D: 700n, E: 100n }));
    const bits = netHints(signals)[`${name}.out`] as bigint[];
    const digit = bits.findIndex((bit, i) => i > 1 && bit === 1n);
    const moved = bits.map((bit, i) => (i === digit ? 0n : i === digit - 1 ? bit + 2n : bit));
    expect(stops(signals, { [`${name}.out`]: moved })).toEqual([group]);
  });
});

describe('net (which the optimiser substitutes: by the circuit as it was written)', () => {
  test.each([
    ['nothing in place of an import', { D: 700n, E: 100n, import: 0n, export: 0n }],
    ['a Wh less', { D: 700n, E: 100n, import: 599n, export: 0n }],
    ['an export in place of an import', { D: 700n, E: 100n, import: 0n, export: 600n }],
    ['the import alone, gross', { D: 700n, E: 100n, import: 700n, export: 0n }],
  ])('refuses %s', { timeout: 120_000 }, async (_, slot) => {
    const written = await loadCircuit('net', '--O0');
    const trace = await hashTracer(written);
    const terms = withSlot(slot);
    const signals = netSignals(terms);
    const witness = completeWitness(written, signals as unknown as Values, { ...netHints(terms), ...trace(netHashes(terms)) });
    expect(stoppedBy(written, groups, witness)).toEqual(['net']);
  });
});
