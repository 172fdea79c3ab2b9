import { expect, test } from 'vitest';
import { after, before, boundsOf, stretches, type View, yearAgo } from './period.ts';

const bounds = (view: View, day: string) => Object.values(boundsOf({ view, day })).join(' ');

test('periods have whole days, weeks from Monday, months and years', () => {
  expect(bounds('day', '2026-07-15')).toBe('2026-07-15 2026-07-15');
  expect(bounds('week', '2026-07-15')).toBe('2026-07-13 2026-07-19');
  expect(bounds('week', '2026-07-19')).toBe('2026-07-13 2026-07-19');
  expect(bounds('month', '2028-02-10')).toBe('2028-02-01 2028-02-29');
  expect(bounds('year', '2026-07-15')).toBe('2026-01-01 2026-12-31');
});

test('the period before and after touch it, whatever its length', () => {
  for (const view of ['day', 'week', 'month', 'year'] as const) {
    const period = { view, day: '2026-03-01' };
    expect(boundsOf(after(before(period)))).toEqual(boundsOf(period));
  }
  expect(bounds('month', before({ view: 'month', day: '2026-03-31' }).day)).toBe('2026-02-01 2026-02-28');
});

test('a year ago weekdays stand beside weekdays, and months beside months', () => {
  const weekday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay();
  expect(weekday(yearAgo({ view: 'day', day: '2026-07-15' }).day)).toBe(weekday('2026-07-15'));
  expect(bounds('month', yearAgo({ view: 'month', day: '2028-02-29' }).day)).toBe('2027-02-01 2027-02-28');
});

test('a year is asked for in stretches that leave no day out and ask for none twice', () => {
  const found = stretches('2026-01-01', '2026-12-31');
  expect(found[0].from).toBe('2026-01-01');
  expect(found.at(-1)!.to).toBe('2026-12-31');
  for (const [i, { from }] of found.slice(1).entries()) expect(Date.parse(from) - Date.parse(found[i].to)).toBe(86_400_000);
});
