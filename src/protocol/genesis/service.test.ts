/** Who is in service and which tariff is in force: the same answers as x/meter's (types/clock_test.go, keeper). */
import { expect, test } from 'vitest';
import { fixedTariff, inService, tariffInForce } from './service.ts';

test.each([
  { firstDay: 5, lastDay: null, day: 4, is: false },
  { firstDay: 5, lastDay: null, day: 5, is: true },
  { firstDay: 5, lastDay: undefined, day: 500, is: true },
  { firstDay: 5, lastDay: 7, day: 7, is: true },
  { firstDay: 5, lastDay: 7, day: 8, is: false },
  { firstDay: 5, lastDay: 5, day: 5, is: true },
  { firstDay: 5, lastDay: 3, day: 5, is: false },
  { firstDay: 5, lastDay: 3, day: 4, is: false },
])('a meter of days $firstDay to $lastDay is in service on day $day: $is', ({ day, is, ...meter }) => {
  expect(inService(meter, day)).toBe(is);
});

const tariffs = [
  { fromDay: 10, height: 0 },
  { fromDay: 20, height: 5 },
  { fromDay: 20, height: 9 },
  { fromDay: 15, height: 12 },
];
test.each([
  [9, null],
  [10, { fromDay: 10, height: 0 }],
  [14, { fromDay: 10, height: 0 }],
  [15, { fromDay: 15, height: 12 }],
  [20, { fromDay: 20, height: 9 }],
  [900, { fromDay: 20, height: 9 }],
])('on day %i the latest tariff that has begun is in force, of two for one day the one set last', (day, expected) => {
  expect(tariffInForce(tariffs, day)).toEqual(expected);
  expect(tariffInForce([...tariffs].reverse(), day)).toEqual(expected);
});

test('a tariff of genesis governs for certain only up to the first day of the chain', () => {
  const genesis = { clock: { startUnixS: 12 * 86_400 + 5 }, tariffs };
  expect(fixedTariff(genesis, 9)).toBeNull();
  expect(fixedTariff(genesis, 11)).toEqual(tariffs[0]);
  expect(fixedTariff(genesis, 30)).toEqual(tariffs[0]);
});
