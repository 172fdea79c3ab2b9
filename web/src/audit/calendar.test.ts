import { expect, test } from 'vitest';
import { goOnFrom, type KeptDay } from '../check/kept.ts';
import { isChecked, lengthOf, monthsOf, stateOf } from './calendar.ts';

const released = { state: 'RELEASED' as const, bookHash: 'aa', corrections: 0 };
const kept: KeptDay = {
  day: '2026-07-02',
  passed: true,
  exitCode: 0,
  from: '2026-07-01',
  to: '2026-07-02',
  atMs: 1,
  development: false,
  bookHash: 'aa',
  versions: 1,
};

test.each([
  ['passed', released, kept],
  ['open', released, { ...kept, exitCode: 3 }],
  ['failed', released, { ...kept, passed: false, exitCode: 1 }],
  ['development', released, { ...kept, development: true }],
  ['unchecked', released, undefined],
  ['unchecked', released, { ...kept, bookHash: 'bb' }],
  ['unchecked', { ...released, corrections: 1 }, kept],
  ['passed', { ...released, corrections: 1 }, { ...kept, versions: 2 }],
  ['waiting', { ...released, state: 'ANCHORED' as const }, kept],
] as const)('a day is %s by what this device knows of its book', (state, day, known) => expect(stateOf(day, known)).toBe(state));

test('a day is checked here as long as its book is the one that was', () => {
  expect([isChecked(released, kept), isChecked(released, { ...kept, exitCode: 3 })]).toEqual([true, true]);
  expect([isChecked({ ...released, corrections: 1 }, kept), isChecked(released, { ...kept, passed: false })]).toEqual([false, false]);
});

test('an audit is gone on from only where it covers what the one before it did', () => {
  const from = (firstDay: string, lastDay: string) => JSON.stringify({ firstDay, lastDay });
  const october = from('2026-10-01', '2026-10-31');
  expect(goOnFrom(null, october)).toBe(october);
  expect(goOnFrom(october, null)).toBe(october);
  expect(goOnFrom(october, from('2026-11-01', '2026-11-30'))).toBe(october);
  expect(goOnFrom(october, from('2026-10-31', '2026-11-30'))).toBe(october);
  expect(goOnFrom(october, from('2026-10-01', '2026-11-30'))).toBe(from('2026-10-01', '2026-11-30'));
});

test('months are weeks from Monday, newest first', () => {
  const months = monthsOf('2026-06-30', '2026-07-02');
  expect(months.map(({ month }) => month)).toEqual(['2026-07', '2026-06']);
  expect(months[0].weeks[0]).toEqual([null, null, '2026-07-01', '2026-07-02', '2026-07-03', '2026-07-04', '2026-07-05']);
  expect(months[0].weeks.flat().filter(Boolean)).toHaveLength(31);
});

test.each([
  ['2026-07-01', '2026-07-31', 31],
  ['2026-07-01', '2026-08-01', null],
  ['2026-07-02', '2026-07-01', null],
  ['', '2026-07-01', null],
])('from %s to %s are %s days', (from, to, days) => expect(lengthOf(from, to)).toBe(days));
