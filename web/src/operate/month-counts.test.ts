/** What counts of a month, and when it is complete. */
import { expect, test } from 'vitest';
import { countsOf, dueOf, isComplete, monthAfter } from './month-counts.ts';
import { stretchesOf } from './stretches.ts';

const month = (...days: Parameters<typeof countsOf>[0][number]['days'][]) =>
  countsOf(days.map((one, i) => ({ meter: String(i), name: null, days: one })));

test('days out of service and to come are not due', () => {
  const counts = month(['OUT', 'METERED', 'AHEAD'], ['METERED', 'SUBSTITUTE', 'AHEAD']);
  expect([dueOf(counts), counts.METERED, counts.SUBSTITUTE]).toEqual([3, 2, 1]);
});

test('a month is complete when all of it is booked, be it as substitutes or disputed', () =>
  expect(isComplete(month(['METERED', 'SUBSTITUTE', 'DISPUTED'], ['OUT', 'OUT', 'METERED']))).toBe(true));

test.each(['AHEAD', 'MISSING', 'SIGNED', 'LATE'] as const)('with a day that is %s it is not', (state) =>
  expect(isComplete(month(['METERED', state]))).toBe(false),
);

test('a month in which no meter was in service is not complete', () => expect(isComplete(month(['OUT']))).toBe(false));

test('months follow each other over the years', () =>
  expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1)]).toEqual(['2027-01', '2025-12']));

test('prices are told in stretches', () =>
  expect(stretchesOf([1, 1, 2, 1])).toEqual([
    { from: 0, to: 2, nelPerWh: 1 },
    { from: 2, to: 3, nelPerWh: 2 },
    { from: 3, to: 4, nelPerWh: 1 },
  ]));
