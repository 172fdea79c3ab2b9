/** Clearing: what it accepts, and for every group of constraints the attack that only this group stops (circuits/testing/attacker.ts). */
import { beforeAll, describe, expect, test } from 'vitest';
import { clearingInput, clearingPublic } from '../src/node/proofs/inputs.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import { slotPrice } from '../src/protocol/day/prices.ts';
import type { Groups, Values } from './testing/attacker.ts';
import { bitsOf, completeWitness, inverse, stoppedBy } from './testing/attacker.ts';
import type { HashTracer } from './testing/hashes.ts';
import { hashTracer } from './testing/hashes.ts';
import type { Circuit } from './testing/r1cs.ts';
import { loadCircuit } from './testing/r1cs.ts';
import { realClearing } from './testing/real-day.ts';
import type { ClearingPrivate, ClearingSignals, ClearingTerms } from './testing/statements.ts';
import { clearing, clearingHashes, clearingHints, clearingOf, maskedSum, mod, R, withRemainders } from './testing/statements.ts';

const groups: Groups = [
  ['mean', /\.inside$/, /\.outside$/, /\.rounding$/],
  ['traded inside', /\.inside$/],
  ['settled outside', /\.outside$/],
  ['rounding sign', /\.rounding$/],
  ['rem < V', /\.remHigh\./],
  ['rem ≥ 0', /\.remLow\./],
  ['other price is mid', /^main\.buy/],
  ['outside price', /\.O$/],
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
  circuit = await loadCircuit('clearing');
  tracer = await hashTracer(circuit);
});

type Case = ClearingPrivate & ClearingTerms;
const witnessOf = (signals: ClearingSignals, hints: Values = {}): bigint[] =>
  completeWitness(circuit, signals as unknown as Values, { ...clearingHints(signals), ...tracer(clearingHashes(signals)), ...hints });
const stops = (signals: ClearingSignals, hints: Values = {}): string[] => stoppedBy(circuit, groups, witnessOf(signals, hints));

const real = clearingOf(realClearing);
interface Slot {
  D: bigint;
  E: bigint;
  R?: bigint;
  F?: bigint;
  buy?: bigint;
  sell?: bigint;
}

/** The real day with slot 0 replaced; prices left out are the rule's. Everything else fits, remainders included. */
function withSlot({ D, E, R: retail = 300n, F: feedIn = 80n, buy, sell }: Slot): Case {
  const rule = slotPrice(Number(D), Number(E), Number(retail), Number(feedIn), 1);
  const first = <T>(values: readonly T[], value: T): T[] => [value, ...values.slice(1)];
  return withRemainders({
    ...real,
    T: [D, ...real.T.slice(1, 96), E, ...real.T.slice(97)],
    R: first(real.R, retail),
    F: first(real.F, feedIn),
    buy: first(real.buy, buy ?? BigInt(rule.buy)),
    sell: first(real.sell, sell ?? BigInt(rule.sell)),
  });
}
const attack = (slot: Slot, hints: Values = {}): string[] => stops(clearing(withSlot(slot)), hints);

describe('size', () => {
  test('the circuit has 15,333 constraints and 389 public inputs, which fits 2^14', () => {
    expect([circuit.constraints.length, circuit.publicInputs]).toEqual([15333, 389]);
    expect(circuit.constraints.length + circuit.publicInputs + 1).toBeLessThanOrEqual(2 ** 14);
  });
});

describe('accepted', () => {
  test('the real day, with its known X and ΣS', () => {
    const signals = clearing(real);
    expect([signals.X, signals.S]).toEqual([realClearing.X, realClearing.sumS]);
    expect(stops(signals)).toEqual([]);
  });

  test('the generator makes the same witness, with the public inputs in the order of the protocol', async () => {
    const bytes = (await witnessCalculator(circuit.wasmFile, 'clearing')).calculate(clearingInput(realClearing));
    const wires = Array.from({ length: circuit.wireCount }, (_, i) =>
      BigInt(
        `0x${Buffer.from(bytes.subarray(i * 32, i * 32 + 32))
          .reverse()
          .toString('hex')}`,
      ),
    );
    expect(wires).toEqual(witnessOf(clearing(real)));
    expect(wires.slice(1, 390)).toEqual(clearingPublic(realClearing));
    const names = [
      'X',
      'rho',
      'S',
      'gridId',
      'day',
      ...['R', 'F', 'buy', 'sell'].flatMap((name) => Array.from({ length: 96 }, (_, i) => `${name}[${i}]`)),
    ];
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
    ['retail equal to feed-in', { D: 7n, E: 3n, R: 100n, F: 100n }],
    ['a negative feed-in price', { D: 3n, E: 7n, R: 300n, F: -80n }],
    ['negative outside prices, short', { D: 7n, E: 3n, R: -80n, F: -300n }],
    ['negative outside prices, long', { D: 3n, E: 7n, R: -80n, F: -300n }],
    ['the widest tariff, short', { D: 7n, E: 3n, R: 2n ** 31n - 2n, F: 2n - 2n ** 31n }],
    ['the widest tariff, long', { D: 3n, E: 7n, R: 2n ** 31n - 2n, F: 2n - 2n ** 31n }],
  ])('%s', (_, slot) => {
    expect(attack(slot)).toEqual([]);
  });
});

describe('prices moved by a tick are refused, whatever remainder goes with them', () => {
  const short: Slot = { D: 700n, E: 300n };
  const long: Slot = { D: 300n, E: 700n };
  const even: Slot = { D: 500n, E: 500n };
  const empty: Slot = { D: 0n, E: 0n };
  const ruleOf = (slot: Slot): { buy: bigint; sell: bigint } => {
    const { buy, sell } = slotPrice(Number(slot.D), Number(slot.E), 300, 80, 1);
    return { buy: BigInt(buy), sell: BigInt(sell) };
  };
  const moved = (slot: Slot, side: 'buy' | 'sell', step: bigint): string[] =>
    attack({ ...slot, ...ruleOf(slot), [side]: ruleOf(slot)[side] + step });

  test.each<[string, Slot, 'buy' | 'sell', bigint, string[]]>([
    ['short: buy up', short, 'buy', 1n, ['rem < V']],
    ['short: buy down', short, 'buy', -1n, ['rem ≥ 0']],
    ['short: sell up', short, 'sell', 1n, ['other price is mid']],
    ['short: sell down', short, 'sell', -1n, ['other price is mid']],
    ['long: sell up', long, 'sell', 1n, ['rem ≥ 0']],
    ['long: sell down', long, 'sell', -1n, ['rem < V']],
    ['long: buy up', long, 'buy', 1n, ['other price is mid']],
    ['long: buy down', long, 'buy', -1n, ['other price is mid']],
    ['D = E: sell up', even, 'sell', 1n, ['rem ≥ 0']],
    ['D = E: sell down', even, 'sell', -1n, ['rem < V']],
    ['D = E: buy up', even, 'buy', 1n, ['other price is mid']],
    ['D = E: buy down', even, 'buy', -1n, ['other price is mid']],
    ['empty: sell up', empty, 'sell', 1n, ['rem ≥ 0']],
    ['empty: sell down', empty, 'sell', -1n, ['rem < V']],
    ['empty: buy up', empty, 'buy', 1n, ['other price is mid']],
    ['empty: buy down', empty, 'buy', -1n, ['other price is mid']],
  ])('%s', (_, slot, side, step, expected) => {
    const found = moved(slot, side, step);
    expect(expected.every((group) => found.includes(group))).toBe(true);
    expect(found.every((group) => group.startsWith('rem') || expected.includes(group))).toBe(true);
  });

  test('rounding is against the longer side only: the floor of an inexact buy price, the ceiling of a sell price', () => {
    const inexactShort = { D: 7n, E: 3n };
    const inexactLong = { D: 3n, E: 7n };
    expect(withSlot(inexactShort).rem[0]).not.toBe(0n);
    expect(attack({ ...inexactShort, buy: ruleOf(inexactShort).buy - 1n })).toContain('rem ≥ 0');
    expect(attack({ ...inexactLong, sell: ruleOf(inexactLong).sell + 1n })).toContain('rem ≥ 0');
  });

  test('both prices moved against each other, which keeps their sum and the weighted mean', () => {
    for (const slot of [short, long, even, empty]) {
      for (const step of [1n, -1n]) {
        expect(attack({ ...slot, buy: ruleOf(slot).buy + step, sell: ruleOf(slot).sell - step })).toEqual(['other price is mid']);
      }
    }
  });

  test('both prices of a slot exchanged, or moved apart', () => {
    for (const slot of [short, long, even, empty]) {
      const rule = ruleOf(slot);
      expect(attack({ ...slot, buy: rule.buy + 2n, sell: rule.sell - 1n })).not.toEqual([]);
      expect(attack({ ...slot, buy: rule.sell, sell: rule.buy })).toEqual(rule.buy === rule.sell ? [] : ['other price is mid']);
    }
  });

  test.each([17, 48, 95])('also in slot %i of the real day', (slot) => {
    for (const side of ['buy', 'sell'] as const) {
      for (const step of [1n, -1n])
        expect(stops(clearing(withRemainders({ ...real, [side]: real[side].map((p, i) => (i === slot ? p + step : p)) })))).not.toEqual([]);
    }
  });
});

describe('hints of the price rule', () => {
  const short = withSlot({ D: 700n, E: 300n });
  const signals = clearing(short);

  test('a remainder equal to V is refused', () => {
    const rule = slotPrice(700, 300, 300, 80, 1);
    const exact = clearing({ ...short, rem: [700n, ...short.rem.slice(1)] });
    expect(stops(exact)).toEqual(['mean', 'rem < V']);
    expect(attack({ D: 100n, E: 100n, buy: 190n, sell: 189n })).toEqual(['rem < V']); // rem = V exactly
    expect(rule.sell).toBe(190);
  });

  test("a remainder that is not the equation's is refused", () => {
    expect(stops({ ...signals, rem: [short.rem[0] + 1n, ...short.rem.slice(1)] })).toEqual(['mean']);
  });

  test('a negative remainder cannot be written as bits', () => {
    expect(stops(clearing({ ...short, rem: [-1n, ...short.rem.slice(1)] }))).toEqual(expect.arrayContaining(['rem ≥ 0']));
  });

  test('the comparison cannot be turned: demand above supply declared as below', () => {
    const lie = bitsOf(300n + (1n << 24n) - 700n, 25, R).map((bit, i) => (i === 24 ? 1n : bit));
    expect(stops(signals, { 'slot[0].longer.n2b.out': lie })).toContain('comparison');
  });

  test('the comparison cannot be turned: supply above demand declared as below', () => {
    const long = withSlot({ D: 300n, E: 700n });
    const lie = bitsOf(700n + (1n << 24n) - 300n, 25, R).map((bit, i) => (i === 24 ? 0n : bit));
    expect(stops(clearing(long), { 'slot[0].longer.n2b.out': lie })).toContain('comparison');
  });

  test('a slot with energy cannot be declared empty', () => {
    expect(stops(signals, { 'slot[0].none.inv': 0n })).toContain('empty slot');
  });

  test('an inverse that is none is refused', () => {
    expect(stops(signals, { 'slot[0].none.inv': inverse(699n, R) })).toContain('empty slot');
  });

  test('in an empty slot the inverse is free and changes nothing', () => {
    expect(stops(clearing(withSlot({ D: 0n, E: 0n })), { 'slot[0].none.inv': 12345n })).toEqual([]);
  });

  test.each(['remLow', 'remHigh', 'longer.n2b'])('digits of %s that are no bits but add up are refused', (name) => {
    const key = `slot[0].${name}.out`;
    const bits = clearingHints(signals)[key] as bigint[];
    const at = bits.findIndex((bit, i) => i > 1 && bit === 1n);
    const group = name === 'remLow' ? 'rem ≥ 0' : name === 'remHigh' ? 'rem < V' : 'comparison';
    expect(stops(signals, { [key]: bits.map((bit, i) => (i === at ? 0n : i === at - 1 ? bit + 2n : bit)) })).toEqual([group]);
  });
});

describe('totals below 2^24', () => {
  const total = (at: number, value: bigint): Case => withRemainders({ ...real, T: real.T.map((t, i) => (i === at ? value : t)) });

  test.each([
    ['a demand of 2^24', 0, 2n ** 24n],
    ['a supply of 2^24', 191, 2n ** 24n],
    ['a negative demand', 5, -1n],
    ['a negative supply', 100, -400n],
  ] as const)('refuses %s', (_, at, value) => {
    expect(stops(clearing(total(at, value)))).toContain('totals');
  });

  test('refuses a total moved to its neighbour inside a packed word, which leaves X as it was', () => {
    const moved: Case = withRemainders({ ...real, T: real.T.map((t, i) => (i === 0 ? t + 2n ** 24n : i === 1 ? t - 1n : t)) });
    expect(clearing(moved).X).toBe(clearing(real).X);
    expect(stops(clearing(moved))).toContain('totals');
  });

  test("is all that stops a total of 2^24 at the rule's own price", () => {
    expect(
      stops(
        clearing(
          withRemainders({ ...withSlot({ D: 2n ** 24n - 1n, E: 0n }), T: [2n ** 24n, ...real.T.slice(1, 96), 0n, ...real.T.slice(97)] }),
        ),
      ),
    ).toEqual(['totals']);
  });

  test('refuses digits that are no bits but add up', () => {
    const bits = clearingHints(real)['totalBits[0].out'] as bigint[];
    const at = bits.findIndex((bit, i) => i > 1 && bit === 1n);
    expect(stops(clearing(real), { 'totalBits[0].out': bits.map((bit, i) => (i === at ? 0n : i === at - 1 ? bit + 2n : bit)) })).toEqual([
      'totals',
    ]);
  });
});

describe('X and ΣS', () => {
  const honest = clearing(real);
  const otherTotals = real.T.map((t, i) => (i === 191 ? t + 1n : t));

  test.each<[string, Partial<ClearingSignals>]>([
    ['X over other totals', { X: clearing({ ...real, T: otherTotals }).X }],
    ['X over another sum of masks', { X: clearing({ ...real, M: real.M + 1n }).X }],
    ['X behind another x', { X: clearing({ ...real, x: real.x + 1n }).X }],
    ['X of another day', { X: clearing({ ...real, day: real.day + 1n }).X }],
    ['X of another microgrid', { X: clearing({ ...real, gridId: real.gridId + 1n }).X }],
    ['X with import and export exchanged', { X: clearing({ ...real, T: [...real.T.slice(96), ...real.T.slice(0, 96)] }).X }],
  ])('refuses %s', (_, changes) => {
    expect(stops({ ...honest, ...changes })).toEqual(['X']);
  });

  test.each<[string, bigint]>([
    ['one more', honest.S + 1n],
    ['one less', mod(honest.S - 1n)],
    ['without the masks', maskedSum(real.T, real.rho, 0n)],
    ['at another rho', maskedSum(real.T, real.rho + 1n, real.M)],
    ['with exponents 191 … 0', maskedSum(real.T, real.rho, real.M, 0)],
    ['of a day that lacks one bill', mod(honest.S - 12345n)],
  ])('refuses ΣS %s', (_, S) => {
    expect(stops({ ...honest, S })).toEqual(['S']);
  });

  test('the last total cannot be forged against the masks, as exponents 191 … 0 would allow', () => {
    const forged = withRemainders({ ...real, T: otherTotals, M: real.M - 1n });
    expect(maskedSum(forged.T, real.rho, forged.M, 0)).toBe(maskedSum(real.T, real.rho, real.M, 0)); // the attack, were the last exponent 0
    expect(stops({ ...clearing(forged), S: honest.S })).toContain('S');
  });

  test('public inputs are bound: each of the first five, and every eighth price, moved by one is refused', () => {
    const priced = clearing(withRemainders({ ...real, T: real.T.map((_, i) => BigInt(i < 96 ? 700 + i : 300 + 2 * i)), ...busyPrices() }));
    expect(stops(priced)).toEqual([]);
    const witness = witnessOf(priced);
    const free: string[] = [];
    for (let wire = 1; wire <= 389; wire++) {
      if (wire > 5 && wire % 8 !== 0) continue;
      const moved = witness.map((value, i) => (i === wire ? value + 1n : value));
      if (stoppedBy(circuit, groups, moved).length === 0) free.push(circuit.namesOf[wire][0]);
    }
    expect(free).toEqual([]);
  });
});

/** The rule's prices for demand 700 + i and supply 300 + 2(96 + i). */
function busyPrices(): { buy: bigint[]; sell: bigint[] } {
  const prices = Array.from({ length: 96 }, (_, i) => slotPrice(700 + i, 300 + 2 * (96 + i), 300, 80, 1));
  return { buy: prices.map((p) => BigInt(p.buy)), sell: prices.map((p) => BigInt(p.sell)) };
}

describe('what the circuit leaves to the verifier (slot-price.circom)', () => {
  test('a fraction mod r satisfies it in place of a price, so prices must come from integers', () => {
    const rule = slotPrice(7, 3, 300, 80, 1);
    const fraction = mod(BigInt(rule.buy) + inverse(7n, R)); // buy + 1/7: rem grows by 1
    const slot = withSlot({ D: 7n, E: 3n, buy: fraction, sell: 190n });
    expect(slot.rem[0]).toBe(withSlot({ D: 7n, E: 3n }).rem[0] + 1n);
    expect(stops(clearing(slot))).toEqual([]);
    expect(() =>
      clearingPublic({ ...realClearing, buyNelPerWh: realClearing.buyNelPerWh.map((p, i) => (i === 0 ? p + 1 / 7 : p)) }),
    ).toThrow(/buyNelPerWh\[0\]/);
  });

  test('an odd R + F satisfies it with half a tick mod r, so outside prices must be even in ticks', () => {
    const mid = mod(381n * inverse(2n, R));
    expect(stops(clearing(withRemainders({ ...withSlot({ D: 5n, E: 5n, R: 301n, F: 80n, buy: mid, sell: mid }) })))).toEqual([]);
    expect(() =>
      clearingPublic({ ...realClearing, retailNelPerWh: realClearing.retailNelPerWh.map((p, i) => (i === 0 ? p + 1000 : p)) }),
    ).toThrow(/retailNelPerWh\[0\]/);
  });
});
