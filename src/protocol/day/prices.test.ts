import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertTariff,
  billAmount,
  ceilDiv,
  clearedPrices,
  floorDiv,
  meanPrices,
  midMarket,
  outsideCost,
  priceFault,
  slotPrice,
  type Tariff,
} from './prices.ts';
import rules from './testdata/rules.json' with { type: 'json' };

const TICK = 1000;
const price = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n * 2 * TICK);
const outside = fc.tuple(price, price).map(([a, b]) => ({ retail: Math.max(a, b), feedIn: Math.min(a, b) }));
const wh = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 24 - 1 }), fc.integer({ min: 0, max: 5 }));
const flat = (value: number) => Array.from({ length: 96 }, () => value);
const tariff = (over: Partial<Tariff> = {}): Tariff => ({
  rule: 'mid-market/1',
  retailNelPerWh: flat(300_000),
  feedInNelPerWh: flat(80_000),
  feePerDayNel: 250_000_000n,
  ...over,
});

describe('division rounds mathematically', () => {
  test.each([
    [7n, 2n, 3n, 4n],
    [-7n, 2n, -4n, -3n],
    [6n, 2n, 3n, 3n],
    [-6n, 2n, -3n, -3n],
    [0n, 5n, 0n, 0n],
  ])('%s / %s floors to %s and ceils to %s', (a, b, floor, ceil) => {
    expect(floorDiv(a, b)).toBe(floor);
    expect(ceilDiv(a, b)).toBe(ceil);
  });
});

describe('mid-market/1', () => {
  test('keeps feed-in <= sell <= mid <= buy <= retail in multiples of tick, whatever the slot', () => {
    fc.assert(
      fc.property(wh, wh, outside, (d, e, { retail, feedIn }) => {
        expect(priceFault(slotPrice(d, e, retail, feedIn, TICK), retail, feedIn, TICK)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves the fund between 0 and tick·(D+E) per slot', () => {
    fc.assert(
      fc.property(wh, wh, outside, (d, e, { retail, feedIn }) => {
        const { buy, sell } = slotPrice(d, e, retail, feedIn, TICK);
        const net = BigInt(d - e);
        const residual = BigInt(buy) * BigInt(d) - BigInt(sell) * BigInt(e) - net * BigInt(net > 0n ? retail : feedIn);
        expect(residual >= 0n && residual <= BigInt(TICK) * BigInt(d + e)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('shares at the middle when supply meets demand, also when both are nothing', () => {
    expect(slotPrice(0, 0, 300_000, 80_000, TICK)).toEqual({ buy: 190_000, sell: 190_000 });
    expect(slotPrice(5, 5, 300_000, 80_000, TICK)).toEqual({ buy: 190_000, sell: 190_000 });
  });

  test('charges retail where nobody supplies and pays feed-in where nobody consumes', () => {
    expect(slotPrice(9, 0, 300_000, 80_000, TICK)).toEqual({ buy: 300_000, sell: 190_000 });
    expect(slotPrice(0, 9, 300_000, 80_000, TICK)).toEqual({ buy: 190_000, sell: 80_000 });
  });

  test('rounds in the fund’s favour with negative prices too', () => {
    const { buy } = slotPrice(3, 1, -2_000, -4_000, TICK);
    expect(buy).toBe(-2_000); // exact -2333.3…, up to a multiple of 1000
    expect(slotPrice(1, 3, -2_000, -4_000, TICK).sell).toBe(-4_000); // exact -3666.6…, down
  });

  test('balances a whole day: bills = fees + outside cost + residual, residual within its bound', () => {
    const meter = fc.record({
      importWh: fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 96, maxLength: 96 }),
      exportWh: fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 96, maxLength: 96 }),
    });
    fc.assert(
      fc.property(fc.array(meter, { minLength: 1, maxLength: 5 }), (meters) => {
        const total = (key: 'importWh' | 'exportWh') => Array.from({ length: 96 }, (_, i) => meters.reduce((s, m) => s + m[key][i], 0));
        const [importWh, exportWh] = [total('importWh'), total('exportWh')];
        const prices = midMarket({ importWh, exportWh, tariff: tariff(), tick: TICK });
        const bills = meters.reduce((s, m) => s + billAmount({ ...m, prices, feePerDayNel: 250_000_000n }), 0n);
        const residual = bills - BigInt(meters.length) * 250_000_000n - outsideCost(importWh, exportWh, tariff());
        const energy = [...importWh, ...exportWh].reduce((s, x) => s + x, 0);
        expect(residual >= 0n && residual <= BigInt(TICK) * BigInt(energy)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('where feed-in is above retail', () => {
  const crossed = fc
    .tuple(price, price)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ retail: Math.min(a, b), feedIn: Math.max(a, b) }));
  const energy = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 96, maxLength: 96 });

  test('nothing is shared: all is bought at retail and sold at feed-in, whatever supply and demand are', () => {
    fc.assert(
      fc.property(wh, wh, crossed, (d, e, { retail, feedIn }) => {
        const { buy, sell } = slotPrice(d, e, retail, feedIn, TICK);
        expect({ buy, sell }).toEqual({ buy: retail, sell: feedIn });
        expect(priceFault({ buy, sell }, retail, feedIn, TICK)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test('any other price is a fault', () => {
    fc.assert(
      fc.property(crossed, fc.constantFrom(-TICK, TICK), fc.boolean(), ({ retail, feedIn }, by, isBuy) => {
        const moved = { buy: retail + (isBuy ? by : 0), sell: feedIn + (isBuy ? 0 : by) };
        expect(priceFault(moved, retail, feedIn, TICK)).toMatch(/^feed-in .* > retail /);
      }),
    );
  });

  test('the fund gets nothing from it: the outside costs D·R − E·F there, and what meets inside elsewhere costs nothing', () => {
    fc.assert(
      fc.property(energy, energy, crossed, fc.nat(95), (importWh, exportWh, { retail, feedIn }, at) => {
        const retailNelPerWh = flat(300_000).map((p, i) => (i === at ? retail : p));
        const feedInNelPerWh = flat(300_000).map((p, i) => (i === at ? feedIn : p));
        const outsides = tariff({ retailNelPerWh, feedInNelPerWh, feePerDayNel: 0n });
        const prices = midMarket({ importWh, exportWh, tariff: outsides, tick: TICK });
        const inside = billAmount({ importWh, exportWh, prices, feePerDayNel: 0n });
        const elsewhere = importWh.reduce((sum, wh, i) => sum + (i === at ? 0 : wh - exportWh[i]), 0);
        const there = BigInt(importWh[at]) * BigInt(retail) - BigInt(exportWh[at]) * BigInt(feedIn);
        expect(outsideCost(importWh, exportWh, outsides)).toBe(BigInt(elsewhere) * 300_000n + there);
        expect(inside).toBe(outsideCost(importWh, exportWh, outsides));
      }),
      { numRuns: 200 },
    );
  });

  test('the Clearing is told four zeros of that slot, and of the others what they cost', () => {
    const prices = {
      retailNelPerWh: [-40_000, 80_000, 0],
      feedInNelPerWh: [80_000, 80_000, -2_000],
      buyNelPerWh: [-40_000, 80_000, -1_000],
      sellNelPerWh: [80_000, 80_000, -2_000],
    };
    expect(clearedPrices(prices)).toEqual({
      retailNelPerWh: [0, 80_000, 0],
      feedInNelPerWh: [0, 80_000, -2_000],
      buyNelPerWh: [0, 80_000, -1_000],
      sellNelPerWh: [0, 80_000, -2_000],
    });
    const none = { ...prices, feedInNelPerWh: [-40_000, 80_000, -2_000] };
    expect(clearedPrices(none)).toBe(none);
  });
});

describe("a day's means", () => {
  const prices = fc.array(
    fc.integer({ min: -200, max: 900 }).map((n) => n * TICK),
    { minLength: 96, maxLength: 96 },
  );
  test('are one price in all slots, in multiples of tick, buy no lower and sell no higher than the mean, within the day', () => {
    fc.assert(
      fc.property(prices, prices, (buyNelPerWh, sellNelPerWh) => {
        const means = meanPrices({ buyNelPerWh, sellNelPerWh }, TICK);
        const [buy, sell] = [means.buyNelPerWh[0], means.sellNelPerWh[0]];
        const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / 96;
        expect([means.buyNelPerWh, means.sellNelPerWh]).toEqual([flat(buy), flat(sell)]);
        expect([buy % TICK, sell % TICK].every((rest) => rest === 0)).toBe(true);
        expect(buy >= mean(buyNelPerWh) && buy < mean(buyNelPerWh) + TICK && buy <= Math.max(...buyNelPerWh)).toBe(true);
        expect(sell <= mean(sellNelPerWh) && sell > mean(sellNelPerWh) - TICK && sell >= Math.min(...sellNelPerWh)).toBe(true);
      }),
    );
  });
  test('do not depend on which slot had which price', () => {
    fc.assert(
      fc.property(prices, prices, (buyNelPerWh, sellNelPerWh) => {
        const turned = { buyNelPerWh: [...buyNelPerWh].reverse(), sellNelPerWh: [...sellNelPerWh].sort((a, b) => a - b) };
        expect(meanPrices(turned, TICK)).toEqual(meanPrices({ buyNelPerWh, sellNelPerWh }, TICK));
      }),
    );
  });
  test('are those that another implementation computed', () => {
    for (const { name, tick, buyNelPerWh, sellNelPerWh, buy, sell } of rules.means)
      expect([name, meanPrices({ buyNelPerWh, sellNelPerWh }, tick)]).toEqual([name, { buyNelPerWh: flat(buy), sellNelPerWh: flat(sell) }]);
  });
});

describe('a tariff is refused', () => {
  const refused: [string, Partial<Tariff>, RegExp][] = [
    ['with another rule', { rule: 'flat/1' }, /tariff\.rule/],
    ['with 95 slots', { retailNelPerWh: flat(300_000).slice(1) }, /retailNelPerWh: expected 96/],
    ['off the double tick', { retailNelPerWh: flat(301_000) }, /retailNelPerWh\[0\].*multiple of 2000/],
    ['with feed-in beyond 31 bits', { feedInNelPerWh: flat(-(2 ** 31)) }, /feedInNelPerWh\[0\]/],
    ['beyond 31 bits', { retailNelPerWh: flat(2 ** 31) }, /retailNelPerWh\[0\]/],
    ['with a negative fee', { feePerDayNel: -1n }, /feePerDayNel/],
    ['with a fee of 2^48', { feePerDayNel: 1n << 48n }, /feePerDayNel/],
  ];
  test.each(refused)('%s', (_name, over, message) => expect(() => assertTariff(tariff(over), TICK)).toThrow(message));
  test('but not at the bounds', () =>
    expect(() => assertTariff(tariff({ feePerDayNel: (1n << 48n) - 1n, feedInNelPerWh: flat(300_000) }), TICK)).not.toThrow());
  test('nor with feed-in above retail', () => expect(() => assertTariff(tariff({ feedInNelPerWh: flat(302_000) }), TICK)).not.toThrow());
});

describe('totals of a slot', () => {
  test('are accepted up to 2^24-1 Wh and refused above', () => {
    const day = { importWh: flat(0), exportWh: flat(0), tariff: tariff(), tick: TICK };
    expect(() => midMarket({ ...day, importWh: [...flat(0).slice(1), 2 ** 24 - 1] })).not.toThrow();
    expect(() => midMarket({ ...day, importWh: [...flat(0).slice(1), 2 ** 24] })).toThrow(/importWh\[95\]/);
  });
});
