import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billAmount, type Tariff } from './prices.ts';
import { sharedMarket, sharedPriceFault, sharedPricesOf, sharedSlotPrice } from './shared-prices.ts';

const TICK = 1000;
const flat = (value: number): number[] => new Array<number>(96).fill(value);
const tariff = (over: Partial<Tariff> = {}): Tariff => ({
  ...{ rule: 'shared/1', retailNelPerWh: flat(200_000), feedInNelPerWh: flat(0), feePerDayNel: 5n },
  ...over,
});
const wh = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 ** 24 - 1 }));
const tick = fc.constantFrom(1, 7, 1000);
const ticks = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2_000_000 }));
const slot = fc.record({ d: wh, e: wh, tick, ticks }).map((of) => ({ ...of, p: of.ticks * of.tick }));

/**
 * The rule read a second time, without a division: who is on the longer side together pay (or get) p for each shared Wh, and the price a
 * Wh is the least multiple of tick that brings in no less (the greatest that costs no more). Found by halving the distance between two
 * prices.
 */
function reading({ d, e, p, tick: step }: { d: number; e: number; p: number; tick: number }): { buy: number; sell: number } {
  const shared = BigInt(Math.min(d, e)) * BigInt(p);
  const bringsIn = (n: number, side: number): bigint => BigInt(n) * BigInt(step) * BigInt(side);
  /** the least n in 0 … p/step for which `enough`, which stays true once it is */
  const least = (enough: (n: number) => boolean): number => {
    let [low, high] = [0, p / step];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (enough(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  if (d > e) return { buy: least((n) => bringsIn(n, d) >= shared) * step, sell: p };
  if (e > d) {
    const over = least((n) => bringsIn(n, e) > shared);
    return { buy: p, sell: (bringsIn(over, e) > shared ? over - 1 : over) * step };
  }
  return { buy: p, sell: p };
}

describe('shared/1', () => {
  test('is the rule as another reading has it', () => {
    fc.assert(
      fc.property(slot, (of) => {
        expect(sharedSlotPrice(of.d, of.e, of.p, of.tick)).toEqual(reading(of));
      }),
      { numRuns: 5000 },
    );
  });

  test('keeps to its corridor: 0 <= buy, sell <= p in multiples of tick, one of both p', () => {
    fc.assert(
      fc.property(slot, ({ d, e, p, tick: step }) => {
        expect(sharedPriceFault(sharedSlotPrice(d, e, p, step), p, step)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves the fund between 0 and less than tick for each Wh of the longer side, and owes nothing outside', () => {
    fc.assert(
      fc.property(slot, ({ d, e, p, tick: step }) => {
        const { buy, sell } = sharedSlotPrice(d, e, p, step);
        const residual = BigInt(buy) * BigInt(d) - BigInt(sell) * BigInt(e);
        expect(residual >= 0n && residual <= BigInt(step) * BigInt(Math.max(d, e, 1) - 1)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('takes from nobody more than p for its part, and gives nobody less but for a tick a Wh', () => {
    fc.assert(
      fc.property(slot, fc.integer({ min: 0, max: 100 }), ({ d, e, p, tick: step }, percent) => {
        const { buy, sell } = sharedSlotPrice(d, e, p, step);
        const mine = Math.floor((d * percent) / 100);
        const theirs = Math.floor((e * percent) / 100);
        const shared = BigInt(Math.min(d, e)) * BigInt(p);
        expect(BigInt(buy) * BigInt(mine) * BigInt(d) <= shared * BigInt(mine) + BigInt(step) * BigInt(mine) * BigInt(d)).toBe(true);
        expect(BigInt(sell) * BigInt(theirs) * BigInt(e) >= shared * BigInt(theirs) - BigInt(step) * BigInt(theirs) * BigInt(e)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['nothing at all', 0, 0, 200_000, 200_000],
    ['demand alone: nothing is shared, nothing is paid', 9, 0, 0, 200_000],
    ['supply alone: nothing is shared, nothing is got', 0, 9, 200_000, 0],
    ['as much as is wanted', 5, 5, 200_000, 200_000],
    ['one Wh more is wanted', 501, 500, 200_000, 200_000],
    ['half of what is wanted', 8, 4, 100_000, 200_000],
    ['half of what is offered', 4, 8, 200_000, 100_000],
    ['a third, rounded up to whoever imports', 3, 1, 67_000, 200_000],
    ['a third, rounded down to whoever exports', 1, 3, 200_000, 66_000],
    ['a Wh against all that a slot can hold', 2 ** 24 - 1, 1, 1000, 200_000],
  ])('%s', (_, d, e, buy, sell) => {
    expect(sharedSlotPrice(d, e, 200_000, TICK)).toEqual({ buy, sell });
  });

  test('a day’s bills add up to the fees and what rounding leaves, whoever the members are', () => {
    const member = fc.record({
      importWh: fc.array(fc.integer({ min: 0, max: 2 ** 20 - 1 }), { minLength: 96, maxLength: 96 }),
      exports: fc.array(fc.boolean(), { minLength: 96, maxLength: 96 }),
    });
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
        const days = members.map(({ importWh, exports }) => ({
          importWh: importWh.map((value, i) => (exports[i] ? 0 : value)),
          exportWh: importWh.map((value, i) => (exports[i] ? value : 0)),
        }));
        const total = (of: 'importWh' | 'exportWh'): number[] => flat(0).map((_, i) => days.reduce((sum, day) => sum + day[of][i], 0));
        const totals = { importWh: total('importWh'), exportWh: total('exportWh') };
        const prices = sharedMarket({ ...totals, tariff: tariff(), tick: TICK });
        const sum = days.reduce((all, day) => all + billAmount({ ...day, prices, feePerDayNel: 5n }), 0n) - 5n * BigInt(days.length);
        const most = totals.importWh.reduce((all, wanted, i) => all + BigInt(TICK * Math.max(wanted, totals.exportWh[i])), 0n);
        expect(sum >= 0n && sum <= most).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a tariff of the rule', () => {
  test('has p for retail, and nothing outside', () => {
    expect(sharedPricesOf(tariff(), TICK)).toEqual(flat(200_000));
    expect(sharedPricesOf(tariff({ retailNelPerWh: flat(0) }), TICK)).toEqual(flat(0));
    expect(sharedPricesOf(tariff({ retailNelPerWh: flat(2 ** 31 - 1) }), 1)).toEqual(flat(2 ** 31 - 1));
  });

  test.each<[string, Partial<Tariff>]>([
    ['tariff.rule', { rule: 'mid-market/1' }],
    ['tariff.retailNelPerWh[95]', { retailNelPerWh: [...flat(200_000).slice(1), -1000] }],
    ['tariff.retailNelPerWh[95]', { retailNelPerWh: [...flat(200_000).slice(1), 200_500] }],
    ['tariff.retailNelPerWh[0]', { retailNelPerWh: flat(2 ** 31 + 352) }],
    ['tariff.retailNelPerWh', { retailNelPerWh: flat(1000).slice(1) }],
    ['tariff.feedInNelPerWh[3]', { feedInNelPerWh: flat(0).map((_, i) => (i === 3 ? 1000 : 0)) }],
    ['tariff.feedInNelPerWh', { feedInNelPerWh: [] }],
    ['tariff.feePerDayNel', { feePerDayNel: -1n }],
    ['tariff.feePerDayNel', { feePerDayNel: 1n << 48n }],
  ])('is refused by the name of %s', (field, over) => {
    expect(() => sharedPricesOf(tariff(over), TICK)).toThrow(expect.objectContaining({ field }));
  });

  test('prices no totals that a slot cannot hold', () => {
    const day = { importWh: flat(1), exportWh: flat(2), tariff: tariff(), tick: TICK };
    expect(sharedMarket(day).sellNelPerWh).toEqual(flat(100_000));
    expect(() => sharedMarket({ ...day, importWh: flat(2 ** 24) })).toThrow('total importWh[0]');
    expect(() => sharedMarket({ ...day, exportWh: flat(-1) })).toThrow('total exportWh[0]');
  });
});

test('prices outside the corridor are named', () => {
  const fault = (buy: number, sell: number): string | null => sharedPriceFault({ buy, sell }, 200_000, TICK);
  expect([fault(200_000, 0), fault(0, 200_000), fault(200_000, 200_000)]).toEqual([null, null, null]);
  expect(fault(201_000, 200_000)).toBe('0 <= buy 201000, sell 200000 <= shared 200000 does not hold');
  expect(fault(200_000, -1000)).toContain('does not hold');
  expect(fault(199_000, 199_000)).toContain('expected one of buy 199000 and sell 199000');
  expect(fault(200_000, 500)).toBe('sell 500 is not a multiple of 1000');
  expect(fault(500, 200_000)).toBe('buy 500 is not a multiple of 1000');
});
