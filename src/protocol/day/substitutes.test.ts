import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { substitute, substituteDay } from './substitutes.ts';

const day = 20_640;
const metered = (...days: number[]) =>
  days.map((d) => ({ day: d, importWh: Array<number>(96).fill(d % 1000), exportWh: Array<number>(96).fill(1) }));

describe('the day that a substitute copies', () => {
  test.each<[string, number[], number | null]>([
    ['the same weekday a week ago', [day - 1, day - 7, day - 14], day - 7],
    ['the same weekday four weeks ago, rather than yesterday', [day - 1, day - 28], day - 28],
    ['the last metered day, when the same weekday is five weeks ago', [day - 3, day - 35], day - 3],
    ['the last metered day, however long ago', [day - 400, day - 401], day - 400],
    ['none, for a meter that never stated a day', [], null],
    ['none, when all metered days come later', [day + 7, day + 1], null],
    ['never the day itself', [day], null],
  ])('is %s', (_, days, expected) => expect(substituteDay(day, days)).toBe(expected));

  test('is always an earlier metered day, and the same weekday whenever one lies within 28 days', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: day - 60, max: day + 60 })), (days) => {
        const found = substituteDay(day, days);
        const earlier = days.filter((d) => d < day);
        if (earlier.length === 0) expect(found).toBeNull();
        else expect(earlier).toContain(found);
        const sameWeekday = earlier.filter((d) => (day - d) % 7 === 0 && day - d <= 28);
        if (sameWeekday.length > 0) expect(found).toBe(Math.max(...sameWeekday));
        else if (earlier.length > 0) expect(found).toBe(Math.max(...earlier));
      }),
    );
  });
  test('does not depend on the order in which days are known', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: day - 60, max: day - 1 })), (days) => {
        expect(substituteDay(day, [...days].reverse())).toBe(substituteDay(day, days));
      }),
    );
  });
});

describe('a substitute', () => {
  test('takes the values of its day and the registers of the last booked one', () => {
    expect(substitute(day, metered(day - 7, day - 1), { importEndWh: 500n, exportEndWh: 7n })).toEqual({
      from: day - 7,
      importStartWh: 500n,
      exportStartWh: 7n,
      importWh: Array(96).fill((day - 7) % 1000),
      exportWh: Array(96).fill(1),
    });
  });
  test('of a meter of which nothing is known is zero from zero', () => {
    expect(substitute(day, [], undefined)).toEqual({
      from: null,
      importStartWh: 0n,
      exportStartWh: 0n,
      importWh: Array(96).fill(0),
      exportWh: Array(96).fill(0),
    });
  });
  test('is a copy: changing it changes no book', () => {
    const days = metered(day - 7);
    substitute(day, days, undefined).importWh[0] = 99;
    expect(days[0].importWh[0]).not.toBe(99);
  });
});
