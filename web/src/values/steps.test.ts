import { expect, test } from 'vitest';
import { slotPrice } from '../../../src/protocol/day/prices.ts';
import { bestStretch, type PricedDay, type Step, stepOf, stretchesOf, typicalDay } from './steps.ts';

const [RETAIL, FEED_IN, TICK] = [300_000, 80_000, 1_000];
const stepAt = (demandWh: number, supplyWh: number): Step | null =>
  stepOf({ ...slotPrice(demandWh, supplyWh, RETAIL, FEED_IN, TICK), retail: RETAIL, feedIn: FEED_IN });

test.each([
  ['none', 4_000, 0],
  ['balanced', 0, 0],
  ['little', 4_000, 400],
  ['partly', 4_000, 2_000],
  ['balanced', 4_000, 3_900],
  ['balanced', 4_000, 4_400],
  ['surplus', 4_000, 8_000],
  ['surplus', 0, 8_000],
] as const)('a quarter-hour is %s where %i Wh are taken and %i Wh given, by its prices alone', (step, demand, supply) => {
  expect(stepAt(demand, supply)).toBe(step);
});

test.each([
  [RETAIL, RETAIL],
  [FEED_IN, RETAIL],
])('outside prices %i and %i say nothing of it', (retail, feedIn) => {
  expect(stepOf({ buy: retail, sell: feedIn, retail, feedIn })).toBeNull();
});

const day = (buy: number, sell = 190_000): PricedDay => ({
  day: '2026-07-01',
  buyNelPerWh: [buy],
  sellNelPerWh: [sell],
  retailNelPerWh: [RETAIL],
  feedInNelPerWh: [FEED_IN],
});

test('a typical day is the middle one, of two the one that promises less, and leaves out what is not known', () => {
  expect(typicalDay([day(300_000), day(190_000), day(190_000)])).toEqual(['balanced']);
  expect(typicalDay([day(300_000), day(190_000)])).toEqual(['none']);
  expect(typicalDay([{ ...day(300_000), retailNelPerWh: [80_000] }, day(190_000, 90_000)])).toEqual(['surplus']);
  expect(typicalDay([])).toEqual([]);
});

test('the best time is the longest stretch of local energy, and there may be none', () => {
  const steps: Step[] = ['partly', 'none', 'little', 'partly', 'surplus', 'balanced', 'none'];
  expect(bestStretch(steps)).toMatchObject({ from: 3, to: 6 });
  expect(bestStretch(['none', 'little'])).toBeNull();
  expect(stretchesOf(steps)).toHaveLength(7);
});
