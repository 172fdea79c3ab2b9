/** What is passed on is what members would have been billed less, and never more than what was saved. */
import { expect, test } from 'vitest';
import { seededInts } from '../../../test/kit/books/index-rows.ts';
import { billAmount, midMarket, RULE } from '../../protocol/index.ts';
import type { GainDay } from './gain.ts';
import { passOn, type SupplierPrices } from './pass-on.ts';

const TICK = 1_000;
const STEP = 2 * TICK;
const of = (value: number): number[] => Array<number>(96).fill(value);
const ZEROS = of(0);
const SUPPLIER = { retailNelPerWh: of(300_000), feedInNelPerWh: of(80_000), avoidedNelPerWh: ZEROS };
/** 96 Wh from outside in half of the slots, 192 Wh to it in the others. */
const DAY: GainDay = {
  day: 1,
  importWh: Array.from({ length: 96 }, (_, i) => (i < 48 ? 2 : 0)),
  exportWh: Array.from({ length: 96 }, (_, i) => (i < 48 ? 0 : 4)),
  takenWh: ZEROS,
  givenWh: ZEROS,
};
const OUTSIDE_WH = 48n * 6n;
const week = (gainNel: bigint, day: GainDay = DAY) => [{ gainNel, days: [day] }];

/** By the rule by which a book is made, and a bill of it. */
function billed(days: readonly GainDay[], { retailNelPerWh, feedInNelPerWh }: Pick<SupplierPrices, 'retailNelPerWh' | 'feedInNelPerWh'>) {
  const tariff = { rule: RULE, retailNelPerWh, feedInNelPerWh, feePerDayNel: 0n };
  return days.reduce((sum, day) => sum + billAmount({ ...day, prices: midMarket({ ...day, tariff, tick: TICK }), feePerDayNel: 0n }), 0n);
}

test('a gain lowers retail and raises feed-in by one step, which is worth no more than the gain', () => {
  const gainNel = OUTSIDE_WH * 6_000n + 1_999n;
  const found = passOn(week(gainNel), SUPPLIER, TICK);
  expect(found).toMatchObject({ savedNel: gainNel, stepNelPerWh: 6_000, passedNel: OUTSIDE_WH * 6_000n });
  expect([found.retailNelPerWh, found.feedInNelPerWh]).toEqual([of(294_000), of(86_000)]);
  expect(passOn(week(OUTSIDE_WH * 6_000n - 1n), SUPPLIER, TICK).stepNelPerWh).toBe(4_000);
});

test.each([
  ['no gain', 0n],
  ['a loss', -OUTSIDE_WH * 6_000n],
  ['less than a step', OUTSIDE_WH * 2_000n - 1n],
])('%s leaves the supplier’s prices as they are', (_, gainNel) => {
  const found = passOn(week(gainNel), SUPPLIER, TICK);
  expect(found).toMatchObject({ savedNel: gainNel, stepNelPerWh: 0, passedNel: 0n });
  expect([found.retailNelPerWh, found.feedInNelPerWh]).toEqual([SUPPLIER.retailNelPerWh, SUPPLIER.feedInNelPerWh]);
});

test('what the supplier bills less is saved too, and what it pays less is not', () => {
  const shared = { ...DAY, takenWh: DAY.importWh, givenWh: DAY.exportWh };
  const supplier = { ...SUPPLIER, avoidedNelPerWh: of(150_000) };
  const found = passOn(week(-5n, shared), supplier, TICK);
  expect(found).toMatchObject({ gainNel: -5n, avoidedNel: 96n * 150_000n, forgoneNel: 192n * 80_000n });
  expect(found.savedNel).toBe(-5n + 96n * 150_000n - 192n * 80_000n);
  // an exporter's whole gain is not saved: the supplier would have paid for some of it
  expect(passOn(week(192n * 80_000n, shared), SUPPLIER, TICK)).toMatchObject({ savedNel: 0n, stepNelPerWh: 0 });
});

test('feed-in never passes retail, however large the gain; with no energy to the outside nothing can be passed on', () => {
  const found = passOn(week(10n ** 15n), SUPPLIER, TICK);
  expect(found.stepNelPerWh).toBe(110_000);
  expect([found.retailNelPerWh[0], found.feedInNelPerWh[0]]).toEqual([190_000, 190_000]);
  const within = { ...DAY, importWh: of(5), exportWh: of(5) };
  expect(passOn(week(10n ** 15n, within), SUPPLIER, TICK)).toMatchObject({ stepNelPerWh: 0, passedNel: 0n });
});

test('a negative price of the supplier’s is counted against what is saved, never for it', () => {
  const found = passOn(week(0n, { ...DAY, givenWh: of(9) }), { ...SUPPLIER, feedInNelPerWh: of(-20_000), avoidedNelPerWh: of(-2) }, TICK);
  expect(found).toMatchObject({ forgoneNel: 0n, avoidedNel: -96n * 2n, stepNelPerWh: 0 });
});

test('of any weeks the step passes on no more than was saved, and the next one would, or make feed-in pass retail', () => {
  const int = seededInts(59);
  const flows = (most: number): number[] => Array.from({ length: 96 }, () => int(most) * int(2));
  let passed = 0;
  for (let round = 0; round < 60; round++) {
    const weeks = [1, 2].map((n) => ({
      gainNel: BigInt(int(2_000_000_000)) - 300_000_000n,
      days: [{ day: n, importWh: flows(9_000), exportWh: flows(6_000), takenWh: ZEROS, givenWh: ZEROS }],
    }));
    const days = weeks.flatMap((one) => one.days);
    // feed-in above retail in some quarter-hours: nothing is shared there
    const supplier = { ...SUPPLIER, retailNelPerWh: of(300_000).map((p) => p - STEP * int(60)), avoidedNelPerWh: ZEROS };
    if (round % 3 === 0) supplier.retailNelPerWh[7] = 40_000;
    const { stepNelPerWh: step, savedNel, passedNel, ...prices } = passOn(weeks, supplier, TICK);
    const lessBy = (by: number): bigint =>
      billed(days, supplier) -
      billed(days, { retailNelPerWh: supplier.retailNelPerWh.map((p) => p - by), feedInNelPerWh: of(80_000 + by) });
    expect(passedNel).toBe(billed(days, supplier) - billed(days, prices));
    expect(passedNel <= (savedNel > 0n ? savedNel : 0n)).toBe(true);
    const crosses = supplier.retailNelPerWh.some((retail) => retail >= 80_000 && retail - step - STEP < 80_000 + step + STEP);
    if (savedNel > 0n && !crosses) expect(lessBy(step + STEP) > savedNel).toBe(true);
    passed += step > 0 ? 1 : 0;
  }
  expect(passed).toBeGreaterThan(30);
});
