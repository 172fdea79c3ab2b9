/** ClearingShared: what it accepts, and for every group of constraints the attack that it alone stops (circuits/testing/attacker.ts). */
import { beforeAll, describe, expect, test } from 'vitest';
import { clearingSharedInput, clearingSharedPublic } from '../src/node/proofs/main-inputs.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import { sharedSlotPrice } from '../src/protocol/day/shared-prices.ts';
import type { Groups, Values } from './testing/attacker.ts';
import { bitsOf, completeWitness, inverse, stoppedBy } from './testing/attacker.ts';
import type { HashTracer } from './testing/hashes.ts';
import { hashTracer } from './testing/hashes.ts';
import { realClearingShared } from './testing/main-day.ts';
import type { SharedSignals, SharedTerms } from './testing/main-statements.ts';
import { anchoredOf, sharedHashes, sharedSignals, sharedTerms, withSharedRemainders } from './testing/main-statements.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';
import { clearingHints, maskedSum, mod, R } from './testing/statements.ts';

const groups: Groups = [
  ['mean', /\.shared$/, /\.rounding$/],
  ['what is shared', /\.shared$/],
  ['rounding sign', /\.rounding$/],
  ['rem < V', /\.remHigh\./],
  ['rem ≥ 0', /\.remLow\./],
  ['other price is p', /^main\.buy/],
  ['empty slot', /\.max$/, /\.V$/],
  ['longer side', /\.max$/],
  ['comparison', /\.longer\./],
  ['totals', /^main\.totalBits/],
  ['X', /^main\.X$/],
  ['S', /^main\.S$/],
];

let circuit: Circuit;
let tracer: HashTracer;
beforeAll(async () => {
  circuit = await loadCircuit('clearing-shared');
  tracer = await hashTracer(circuit);
});

const witnessOf = (signals: SharedSignals, hints: Values = {}): bigint[] =>
  completeWitness(circuit, signals as unknown as Values, { ...clearingHints(signals), ...tracer(sharedHashes(signals)), ...hints });
const stops = (signals: SharedSignals, hints: Values = {}): string[] => stoppedBy(circuit, groups, witnessOf(signals, hints));

const real = sharedTerms(realClearingShared);
interface Slot {
  D: bigint;
  E: bigint;
  p?: bigint;
  buy?: bigint;
  sell?: bigint;
}
const ruleOf = ({ D, E, p = 200n }: Slot): { buy: bigint; sell: bigint } => {
  const { buy, sell } = sharedSlotPrice(Number(D), Number(E), Number(p), 1);
  return { buy: BigInt(buy), sell: BigInt(sell) };
};

/** The real day with slot 0 replaced; prices left out are the rule's. Everything else fits, remainders included. */
function withSlot({ D, E, p = 200n, buy, sell }: Slot): SharedTerms {
  const rule = ruleOf({ D, E, p });
  const first = <T>(values: readonly T[], value: T): T[] => [value, ...values.slice(1)];
  return withSharedRemainders({
    ...real,
    T: [D, ...real.T.slice(1, 96), E, ...real.T.slice(97)],
    p: first(real.p, p),
    buy: first(real.buy, buy ?? rule.buy),
    sell: first(real.sell, sell ?? rule.sell),
  });
}
const attack = (slot: Slot, hints: Values = {}): string[] => stops(sharedSignals(withSlot(slot)), hints);

test('the circuit has 15,141 constraints and 293 public inputs, which fits 2^14', () => {
  expect([circuit.constraints.length, circuit.publicInputs]).toEqual([15141, 293]);
  expect(circuit.constraints.length + circuit.publicInputs + 1).toBeLessThanOrEqual(2 ** 14);
});

describe('accepted', () => {
  test('the real day of three communities, in which each side is the longer one', () => {
    const signals = sharedSignals(real);
    expect([signals.X, signals.S]).toEqual([realClearingShared.X, realClearingShared.sumS]);
    expect([0, 40].map((i) => real.T[i] > real.T[96 + i])).toEqual([true, false]);
    expect(stops(signals)).toEqual([]);
  });

  test('the generator makes the same witness, with the public inputs in their order', async () => {
    const bytes = (await witnessCalculator(circuit.wasmFile, 'clearing-shared')).calculate(clearingSharedInput(realClearingShared));
    const view = new BigUint64Array(bytes.buffer);
    const wires = Array.from({ length: circuit.wireCount }, (_, i) =>
      [3, 2, 1, 0].reduce((value, word) => (value << 64n) | view[4 * i + word], 0n),
    );
    expect(wires).toEqual(witnessOf(sharedSignals(real)));
    expect(wires.slice(1, 294)).toEqual(clearingSharedPublic(realClearingShared));
    const slots = ['p', 'buy', 'sell'].flatMap((name) => Array.from({ length: 96 }, (_, i) => `${name}[${i}]`));
    const names = ['X', 'rho', 'S', 'gridId', 'day', ...slots];
    expect(names.map((name) => circuit.wireOf.get(`main.${name}`))).toEqual(names.map((_, i) => i + 1));
  });

  test.each<[string, Slot]>([
    ['an empty slot', { D: 0n, E: 0n }],
    ['demand without supply', { D: 1234n, E: 0n }],
    ['supply without demand', { D: 0n, E: 777n }],
    ['demand equal to supply', { D: 500n, E: 500n }],
    ['demand of one Wh more', { D: 501n, E: 500n }],
    ['supply of one Wh more', { D: 500n, E: 501n }],
    ['the largest totals', { D: 2n ** 24n - 1n, E: 2n ** 24n - 1n }],
    ['the largest demand against one Wh', { D: 2n ** 24n - 1n, E: 1n }],
    ['the largest supply against one Wh', { D: 1n, E: 2n ** 24n - 1n }],
    ['a price of nothing', { D: 7n, E: 3n, p: 0n }],
    ['a price of one tick, short', { D: 7n, E: 3n, p: 1n }],
    ['a price of one tick, long', { D: 3n, E: 7n, p: 1n }],
    ['the highest price, short', { D: 2n ** 24n - 1n, E: 2n ** 24n - 2n, p: 2n ** 31n - 1n }],
    ['the highest price, long', { D: 2n ** 24n - 2n, E: 2n ** 24n - 1n, p: 2n ** 31n - 1n }],
  ])('%s', (_, slot) => {
    expect(attack(slot)).toEqual([]);
  });

  test('the rule’s prices for whatever totals, slot by slot', () => {
    const drawn = (n: number, limit: number): bigint => BigInt((n * 48_271 * 65_539 + 12_345) % 2_147_483_647) % BigInt(limit);
    const T = real.T.map((_, i) => (i % 5 === 0 ? drawn(i, 4) : drawn(i + 1, 2 ** 24)));
    const p = real.p.map((_, i) => drawn(i + 500, i % 3 === 0 ? 3 : 2 ** 21));
    const prices = p.map((price, i) => ruleOf({ D: T[i], E: T[96 + i], p: price }));
    const day = { ...real, T, p, buy: prices.map(({ buy }) => buy), sell: prices.map(({ sell }) => sell) };
    expect(stops(sharedSignals(withSharedRemainders(day)))).toEqual([]);
  });
});

const short: Slot = { D: 700n, E: 300n };
const long: Slot = { D: 300n, E: 700n };
const even: Slot = { D: 500n, E: 500n };
const empty: Slot = { D: 0n, E: 0n };

describe('prices moved by a tick are refused, whatever remainder goes with them', () => {
  test.each<[string, Slot, 'buy' | 'sell', bigint, string]>([
    ['short: buy up', short, 'buy', 1n, 'rem < V'],
    ['short: buy down', short, 'buy', -1n, 'rem ≥ 0'],
    ['short: sell up', short, 'sell', 1n, 'other price is p'],
    ['short: sell down', short, 'sell', -1n, 'other price is p'],
    ['long: sell up', long, 'sell', 1n, 'rem ≥ 0'],
    ['long: sell down', long, 'sell', -1n, 'rem < V'],
    ['long: buy up', long, 'buy', 1n, 'other price is p'],
    ['long: buy down', long, 'buy', -1n, 'other price is p'],
    ['D = E: sell up', even, 'sell', 1n, 'rem ≥ 0'],
    ['D = E: sell down', even, 'sell', -1n, 'rem < V'],
    ['D = E: buy up', even, 'buy', 1n, 'other price is p'],
    ['D = E: buy down', even, 'buy', -1n, 'other price is p'],
    ['empty: sell up', empty, 'sell', 1n, 'rem ≥ 0'],
    ['empty: sell down', empty, 'sell', -1n, 'rem < V'],
    ['empty: buy up', empty, 'buy', 1n, 'other price is p'],
    ['empty: buy down', empty, 'buy', -1n, 'other price is p'],
  ])('%s', (_, slot, side, step, expected) => {
    const found = attack({ ...slot, ...ruleOf(slot), [side]: ruleOf(slot)[side] + step });
    expect(found).toContain(expected);
    expect(found.every((group) => group.startsWith('rem') || group === expected)).toBe(true);
  });

  test('rounding is in the fund’s favour: the floor of an inexact buy price, the ceiling of a sell price', () => {
    const inexact: [Slot, 'buy' | 'sell', bigint][] = [
      [{ D: 7n, E: 3n }, 'buy', -1n],
      [{ D: 3n, E: 7n }, 'sell', 1n],
    ];
    for (const [slot, side, step] of inexact) {
      expect(withSlot(slot).rem[0]).not.toBe(0n);
      expect(attack({ ...slot, [side]: ruleOf(slot)[side] + step })).toContain('rem ≥ 0');
    }
  });

  test('both prices moved against each other, which keeps their sum and the mean', () => {
    for (const slot of [short, long, even, empty])
      for (const step of [1n, -1n])
        expect(attack({ ...slot, buy: ruleOf(slot).buy + step, sell: ruleOf(slot).sell - step })).toEqual(['other price is p']);
  });

  test('the prices of mid-market/1 for the same slot', () => {
    expect(attack({ ...short, buy: 172n, sell: 100n })).toContain('other price is p');
  });

  test.each([17, 48, 95])('also in slot %i of the real day', (slot) => {
    for (const side of ['buy', 'sell'] as const)
      for (const step of [1n, -1n]) {
        const moved = { ...real, [side]: real[side].map((price, i) => (i === slot ? price + step : price)) };
        expect(stops(sharedSignals(withSharedRemainders(moved)))).not.toEqual([]);
      }
  });
});

describe('hints of the price rule', () => {
  const signals = sharedSignals(withSlot(short));
  const other = (rem: bigint): SharedSignals => ({ ...signals, rem: [rem, ...signals.rem.slice(1)] });

  test('a remainder that is not the equation’s is refused, and one of V', () => {
    expect(stops(other(signals.rem[0] + 1n))).toEqual(['mean']);
    expect(stops(other(700n))).toEqual(['mean', 'rem < V']);
    expect(attack({ ...even, buy: 200n, sell: 199n })).toEqual(['rem < V']); // rem = V exactly
  });

  test('a negative remainder cannot be written as bits', () => {
    expect(stops(other(-1n))).toContain('rem ≥ 0');
  });

  test.each<[string, Slot, bigint]>([
    ['demand above supply declared as below', short, 1n],
    ['supply above demand declared as below', long, 0n],
  ])('the comparison cannot be turned: %s', (_, slot, top) => {
    const lie = bitsOf(slot.E + (1n << 24n) - slot.D, 25, R).map((bit, i) => (i === 24 ? top : bit));
    expect(stops(sharedSignals(withSlot(slot)), { 'slot[0].longer.n2b.out': lie })).toContain('comparison');
  });

  test('a slot with energy cannot be declared empty, nor by an inverse that is none', () => {
    expect(stops(signals, { 'slot[0].none.inv': 0n })).toContain('empty slot');
    expect(stops(signals, { 'slot[0].none.inv': inverse(699n, R) })).toContain('empty slot');
  });

  test('in an empty slot the inverse is free and changes nothing', () => {
    expect(stops(sharedSignals(withSlot(empty)), { 'slot[0].none.inv': 12345n })).toEqual([]);
  });

  test.each([
    ['remLow', 'rem ≥ 0'],
    ['remHigh', 'rem < V'],
    ['longer.n2b', 'comparison'],
  ])('digits of %s that are no bits but add up are refused', (name, group) => {
    const inexact = sharedSignals(withSlot({ D: 700n, E: 301n, p: 201n }));
    const key = `slot[0].${name}.out`;
    const bits = clearingHints(inexact)[key] as bigint[];
    const at = bits.findIndex((bit, i) => i > 1 && bit === 1n);
    expect(stops(inexact, { [key]: bits.map((bit, i) => (i === at ? 0n : i === at - 1 ? bit + 2n : bit)) })).toEqual([group]);
  });

  test.each([
    ['max', 'longer side'],
    ['shared', 'what is shared'],
    ['rounding', 'rounding sign'],
  ])('another %s than the rule computes is refused', (name, group) => {
    const honest = witnessOf(signals);
    const wires = [...circuit.wireOf].filter(([signal]) => signal.startsWith('main.slot[0].'));
    const kept = Object.fromEntries(wires.map(([signal, wire]) => [signal.slice('main.'.length), honest[wire]]));
    expect(stops(signals, { ...kept, [`slot[0].${name}`]: kept[`slot[0].${name}`] + 1n })).toContain(group);
  });
});

describe('totals below 2^24', () => {
  const total = (at: number, value: bigint): SharedSignals =>
    sharedSignals(withSharedRemainders({ ...real, T: real.T.map((t, i) => (i === at ? value : t)) }));

  test.each([
    ['a demand of 2^24', 0, 2n ** 24n],
    ['a supply of 2^24', 191, 2n ** 24n],
    ['a negative demand', 5, -1n],
    ['a negative supply', 100, -400n],
  ] as const)('refuses %s', (_, at, value) => {
    expect(stops(total(at, value))).toContain('totals');
  });

  test('refuses a total moved to its neighbour inside a packed word, which leaves X as it was', () => {
    const moved = { ...real, T: real.T.map((t, i) => (i === 0 ? t + 2n ** 24n : i === 1 ? t - 1n : t)) };
    expect(anchoredOf(moved)).toBe(anchoredOf(real));
    expect(stops(sharedSignals(withSharedRemainders(moved)))).toContain('totals');
  });

  test('is all that stops a total of 2^24 at the rule’s own price', () => {
    const slot = withSlot({ D: 2n ** 24n - 1n, E: 0n });
    const over = { ...slot, T: [2n ** 24n, ...slot.T.slice(1)] };
    expect(stops(sharedSignals(withSharedRemainders(over)))).toEqual(['totals']);
  });

  test('refuses digits that are no bits but add up', () => {
    const bits = clearingHints(real)['totalBits[0].out'] as bigint[];
    const at = bits.findIndex((bit, i) => i > 1 && bit === 1n);
    const moved = bits.map((bit, i) => (i === at ? 0n : i === at - 1 ? bit + 2n : bit));
    expect(stops(sharedSignals(real), { 'totalBits[0].out': moved })).toEqual(['totals']);
  });
});

describe('X and ΣS', () => {
  const honest = sharedSignals(real);
  const otherTotals = real.T.map((t, i) => (i === 191 ? t + 1n : t));

  test.each<[string, Partial<SharedTerms>]>([
    ['over other totals', { T: otherTotals }],
    ['over another sum of masks', { M: real.M + 1n }],
    ['behind another x', { x: real.x + 1n }],
    ['of another day', { day: real.day + 1n }],
    ['of another chain', { gridId: real.gridId + 1n }],
    ['with import and export exchanged', { T: [...real.T.slice(96), ...real.T.slice(0, 96)] }],
  ])('refuses an X %s', (_, changes) => {
    expect(stops({ ...honest, X: anchoredOf({ ...real, ...changes }) })).toEqual(['X']);
  });

  test.each<[string, bigint]>([
    ['one more', honest.S + 1n],
    ['without the masks', maskedSum(real.T, real.rho, 0n)],
    ['at another rho', maskedSum(real.T, real.rho + 1n, real.M)],
    ['with exponents 191 … 0', maskedSum(real.T, real.rho, real.M, 0)],
    ['of a day that lacks one bill', mod(honest.S - 12345n)],
  ])('refuses ΣS %s', (_, S) => {
    expect(stops({ ...honest, S })).toEqual(['S']);
  });

  test('the last total cannot be forged against the masks, as exponents 191 … 0 would allow', () => {
    const forged = withSharedRemainders({ ...real, T: otherTotals, M: real.M - 1n });
    expect(maskedSum(forged.T, real.rho, forged.M, 0)).toBe(maskedSum(real.T, real.rho, real.M, 0)); // the attack, were the last exponent 0
    expect(stops({ ...sharedSignals(forged), S: honest.S })).toContain('S');
  });

  test('public inputs are bound: each of the first five, and every eighth price, moved by one is refused', () => {
    const slots = real.p.map((_, i): Slot => (i % 2 === 0 ? { D: 700n + BigInt(i), E: 300n } : { D: 300n, E: 700n + BigInt(i) }));
    const busy = {
      ...real,
      ...{ T: [...slots.map(({ D }) => D), ...slots.map(({ E }) => E)], p: slots.map(() => 200n) },
      ...{ buy: slots.map((slot) => ruleOf(slot).buy), sell: slots.map((slot) => ruleOf(slot).sell) },
    };
    const witness = witnessOf(sharedSignals(withSharedRemainders(busy)));
    expect(stoppedBy(circuit, groups, witness)).toEqual([]);
    const wires = Array.from({ length: 293 }, (_, i) => i + 1).filter((wire) => wire <= 5 || wire % 8 === 0);
    const free = wires.filter(
      (wire) =>
        stoppedBy(
          circuit,
          groups,
          witness.map((value, i) => (i === wire ? value + 1n : value)),
        ).length === 0,
    );
    expect(free.map((wire) => circuit.namesOf[wire][0])).toEqual([]);
  });
});

describe('what the circuit leaves to whoever verifies (shared-slot-price.circom)', () => {
  const first = (name: 'sharedNelPerWh' | 'buyNelPerWh' | 'sellNelPerWh', value: number) => ({
    ...realClearingShared,
    [name]: realClearingShared[name].map((price, i) => (i === 0 ? value : price)),
  });

  test('a fraction mod r satisfies it in place of a price, so prices must come from integers', () => {
    const fraction = mod(ruleOf({ D: 7n, E: 3n }).buy + inverse(7n, R)); // buy + 1/7: rem grows by 1
    const slot = withSlot({ D: 7n, E: 3n, buy: fraction, sell: 200n });
    expect(slot.rem[0]).toBe(withSlot({ D: 7n, E: 3n }).rem[0] + 1n);
    expect(stops(sharedSignals(slot))).toEqual([]);
    expect(() => clearingSharedPublic(first('buyNelPerWh', 1000 / 7))).toThrow('buyNelPerWh[0]');
  });

  test('a negative price satisfies it, so whoever verifies refuses one', () => {
    const slot = { D: 700n, E: 350n };
    expect(stops(sharedSignals(withSlot({ ...slot, p: 200n, buy: 100n, sell: 200n })))).toEqual([]);
    const negative = withSharedRemainders({ ...withSlot(slot), ...{ p: [-200n, ...real.p.slice(1)], buy: [-100n, ...real.buy.slice(1)] } });
    expect(stops(sharedSignals({ ...negative, sell: [-200n, ...negative.sell.slice(1)], rem: [0n, ...negative.rem.slice(1)] }))).toEqual(
      [],
    );
    for (const name of ['sharedNelPerWh', 'buyNelPerWh', 'sellNelPerWh'] as const)
      expect(() => clearingSharedPublic(first(name, -1000))).toThrow(`${name}[0]`);
  });

  test('prices are multiples of tick, below 2^31, of a day each', () => {
    expect(() => clearingSharedPublic(first('sharedNelPerWh', 1500))).toThrow('sharedNelPerWh[0]');
    expect(() => clearingSharedPublic(first('sellNelPerWh', 2 ** 31))).toThrow('sellNelPerWh[0]');
    expect(() => clearingSharedPublic({ ...realClearingShared, sharedNelPerWh: [1000] })).toThrow('sharedNelPerWh');
    for (const tick of [0, 0.5, 2 ** 31]) expect(() => clearingSharedPublic({ ...realClearingShared, tick })).toThrow('tick');
  });
});
