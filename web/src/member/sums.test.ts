import { expect, test } from 'vitest';
import type { MemberDay } from './question.ts';
import { isKnown, percent, savedNel, sumOf, together } from './sums.ts';

const day = (more: Partial<MemberDay>): MemberDay => ({
  day: '2026-07-01',
  meters: 1,
  importWh: 0n,
  exportWh: 0n,
  quarterHours: 96,
  provisional: false,
  status: null,
  source: null,
  corrected: false,
  amountNel: null,
  feeNel: null,
  outsideNel: null,
  localImportWh: null,
  soldInsideWh: null,
  ...more,
});
const released = (more: Partial<MemberDay>): MemberDay =>
  day({ status: 'RELEASED', amountNel: 5n, feeNel: 1n, outsideNel: 9n, localImportWh: 10n, soldInsideWh: 0n, ...more });

test('energy is summed of all days, money of released days alone', () => {
  const sum = sumOf([released({ importWh: 100n }), day({ importWh: 7n })]);
  expect(sum).toMatchObject({ days: 2, importWh: 107n, releasedDays: 1, amountNel: 5n, releasedImportWh: 100n });
});

test('what was saved is after the fee, and may be negative', () => {
  expect(savedNel(sumOf([released({})]))).toBe(4n);
  expect(savedNel(sumOf([released({ amountNel: 12n })]))).toBe(-3n);
});

test('a share is not known where one of its days leaves it open, nor where there is nothing', () => {
  expect(sumOf([released({}), released({ localImportWh: null })]).localImportWh).toBeNull();
  expect([percent(null, 5n), percent(1n, 0n), percent(1n, 3n), percent(2n, 3n)]).toEqual([null, null, 33, 67]);
});

test('a quarter-hour of several meters is known where every meter’s is', () => {
  const one = { day: '2026-07-01', slot: 3, importWh: 5, exportWh: 0, provisional: false };
  expect(together([one, { ...one, importWh: 2, provisional: true }, { ...one, slot: 4 }], 2)).toEqual([
    { ...one, importWh: 7, provisional: true },
  ]);
});

test('a day of which nothing was reported and nothing billed is not known to be zero', () => {
  expect([day({ quarterHours: 0 }), day({ quarterHours: 1 }), released({ quarterHours: 0 })].map(isKnown)).toEqual([false, true, true]);
});
