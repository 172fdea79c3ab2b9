/** Who is in service and which tariff is in force: the same answers as x/meter's (types/clock_test.go, keeper). */
import { expect, test } from 'vitest';
import { SERVICES } from '../../../test/kit/services.ts';
import { beginsService, firstFrozenDay, fixedTariff, inService, tariffInForce } from './service.ts';

test.each(SERVICES)(
  'a meter that began on day $serviceDay, of days to $lastDay, is in service on day $day: $is',
  ({ day, is, ...meter }) => {
    expect(inService({ firstDay: 3, ...meter }, day)).toBe(is);
  },
);

test.each([
  { day: 4, committed: true, is: false },
  { day: 5, committed: true, is: true },
  { day: 5, committed: false, is: false },
  { day: 7, committed: true, is: true },
  { day: 8, committed: true, is: false },
])('the service of a meter of days 5 to 7 begins on day $day, committed $committed: $is', ({ day, committed, is }) => {
  const meter = { firstDay: 5, lastDay: 7, serviceDay: null };
  expect(beginsService(meter, day, committed)).toBe(is);
  expect(beginsService({ ...meter, serviceDay: 5 }, day, committed)).toBe(false); // it has begun
});

test('the first day to freeze is the least first day of genesis', () => {
  expect(firstFrozenDay({ meters: [{ firstDay: 7 }, { firstDay: 5 }, { firstDay: 6 }] })).toBe(5);
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
