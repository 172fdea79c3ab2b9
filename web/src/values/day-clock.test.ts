import { expect, test } from 'vitest';
import { addDays, bookDay, clock, daysOfMonth, isDay, isMonth, slotStartMs } from './day-clock.ts';

const labels = (date: string, slots: readonly number[], zone = 'Europe/Vienna') =>
  slots.map((slot) => clock(slotStartMs(date, slot), zone, 'de'));

test("a day's quarter-hours are labelled by the community's clock, an hour or two after UTC", () => {
  expect(labels('2026-01-15', [0, 95])).toEqual(['01:00', '00:45']);
  expect(labels('2026-07-15', [0, 95])).toEqual(['02:00', '01:45']);
});

test('the hour that is missing in spring is not labelled, the one that comes twice in autumn is labelled twice', () => {
  expect(labels('2026-03-29', [3, 4])).toEqual(['01:45', '03:00']);
  expect(labels('2026-10-25', [3, 4])).toEqual(['02:45', '02:00']);
});

test('a moment belongs to the day of the books by UTC, not by any clock on a wall', () => {
  expect(bookDay(Date.parse('2026-07-15T23:59:59Z'))).toBe('2026-07-15');
  expect(bookDay(Date.parse('2026-07-15T23:59:59-07:00'))).toBe('2026-07-16');
});

test('days follow each other across months and the clock changes', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  expect(daysOfMonth('2026-03')).toHaveLength(31);
  expect(daysOfMonth('2028-02').at(-1)).toBe('2028-02-29');
});

test('of what an address says, days and months of the calendar are taken, and nothing that only looks like one', () => {
  expect(['2028-02-29', '2026-12-31'].every(isDay)).toBe(true);
  expect(['2026-02-29', '2026-13-01', '2026-07-32', '2026-7-1', '', undefined, null, 20260701].some(isDay)).toBe(false);
  expect(['2026-11', '2026-13', 'november', undefined].map(isMonth)).toEqual([true, false, false, false]);
});
