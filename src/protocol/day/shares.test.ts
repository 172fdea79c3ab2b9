import fc from 'fast-check';
import { expect, test } from 'vitest';
import { billAmount, midMarket, RULE } from './prices.ts';
import { billParts, localWhOf, sharesOf } from './shares.ts';

const TICK = 1000;
const RETAIL = 300_000;
const FEED_IN = 80_000;
const flat = (value: number): number[] => Array.from({ length: 96 }, () => value);
const tariff = (retail = RETAIL, feedIn = FEED_IN) => ({
  rule: RULE,
  retailNelPerWh: flat(retail),
  feedInNelPerWh: flat(feedIn),
  feePerDayNel: 0n,
});
const sharesWith = (demandWh: number, supplyWh: number, own: { importWh: number[]; exportWh: number[] }, outside = tariff()) =>
  sharesOf(own, { ...midMarket({ importWh: flat(demandWh), exportWh: flat(supplyWh), tariff: outside, tick: TICK }), ...outside });

test('who takes half a demand of which neighbours cover a fifth got a fifth from neighbours', () => {
  const shares = sharesWith(1000, 200, { importWh: flat(500), exportWh: flat(0) });
  expect(shares).toEqual({ outsideNel: 96n * 500n * 300_000n, localImportWh: (96n * 500n) / 5n, soldInsideWh: 0n });
});

test('who gives where twice as much is given as taken sold half to neighbours', () => {
  expect(sharesWith(500, 1000, { importWh: flat(0), exportWh: flat(100) })).toEqual({
    outsideNel: -96n * 100n * 80_000n,
    localImportWh: 0n,
    soldInsideWh: 96n * 50n,
  });
});

test('where both outside prices are equal nothing is said of what was local', () => {
  const shares = sharesWith(1000, 200, { importWh: flat(500), exportWh: flat(0) }, tariff(100_000, 100_000));
  expect(shares).toMatchObject({ localImportWh: null, soldInsideWh: 0n });
});

test("a share is the community's own, but for the rounding of a price to a tick", () => {
  const wh = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(wh, wh, fc.integer({ min: 1, max: 10_000 }), (demand, supply, own) => {
      const { localImportWh } = sharesWith(demand, supply, { importWh: flat(own), exportWh: flat(0) });
      const local = (Math.min(demand, supply) / demand) * own * 96;
      expect(Math.abs(Number(localImportWh) - local)).toBeLessThanOrEqual((own * 96 * TICK * 2) / (RETAIL - FEED_IN) + 1);
    }),
  );
});

const pricedBy = (demandWh: number, supplyWh: number, outside = tariff()) => ({
  ...midMarket({ importWh: flat(demandWh), exportWh: flat(supplyWh), tariff: outside, tick: TICK }),
  ...outside,
});

test('the parts of a bill and the fee are the bill, whatever was taken and given', () => {
  const wh = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(wh, wh, fc.array(fc.nat(10_000), { minLength: 96, maxLength: 96 }), (demand, supply, importWh) => {
      const own = { importWh, exportWh: importWh.toReversed() };
      const prices = pricedBy(demand, supply);
      const { takenNel, givenNel } = billParts(own, prices);
      expect(takenNel - givenNel + 5n).toBe(billAmount({ ...own, prices, feePerDayNel: 5n }));
    }),
  );
});

test('what came from neighbours costs the middle of the outside prices, and the rest what the outside costs', () => {
  const own = { importWh: flat(500), exportWh: flat(0) };
  const { takenNel, neighboursNel } = billParts(own, pricedBy(1000, 200));
  expect(neighboursNel).toBe(96n * 100n * 190_000n);
  expect(takenNel - neighboursNel!).toBe(96n * 400n * 300_000n);
});

test('what a price leaves open is not split', () => {
  expect(billParts({ importWh: flat(500), exportWh: flat(0) }, pricedBy(1000, 200, tariff(100_000, 100_000))).neighboursNel).toBeNull();
  expect(localWhOf(500, { buy: 100_000, retail: 100_000, feedIn: 100_000 })).toBeNull();
  expect(localWhOf(500, { buy: 278_000, retail: RETAIL, feedIn: FEED_IN })).toBe(100);
});
