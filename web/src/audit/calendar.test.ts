import { expect, test } from 'vitest';
import type { KeptDay } from '../check/kept.ts';
import { lengthOf, monthsOf, stateOf } from './calendar.ts';

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
};

test.each([
  ['passed', released, kept],
  ['open', released, { ...kept, exitCode: 3 }],
  ['failed', released, { ...kept, passed: false, exitCode: 1 }],
  ['development', released, { ...kept, development: true }],
  ['unchecked', released, undefined],
  ['unchecked', released, { ...kept, bookHash: 'bb' }],
  ['waiting', { ...released, state: 'ANCHORED' as const }, kept],
] as const)('a day is %s by what this device knows of its book', (state, day, known) => expect(stateOf(day, known)).toBe(state));

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
