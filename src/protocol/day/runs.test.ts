import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../bundle/book.ts';
import { isClosed, type LinkedDay, notZero, openEnd, runsOf } from './runs.ts';

/** Days in a row from day 10 on, `m`etered, `s`ubstitute, `d`isputed, each beginning where the one before ended; `-`: not given. */
const story = (sources: string, over: Record<number, Partial<LinkedDay>> = {}): LinkedDay[] =>
  [...sources].flatMap((letter, i): LinkedDay[] => {
    const source: Source | undefined = { m: 'metered', s: 'substitute', d: 'disputed' }[letter] as Source | undefined;
    const at = 10 + i;
    return source ? [{ day: at, version: 1, source, L0: BigInt(at), L1: BigInt(at + 1), ...over[at] }] : [];
  });
const shape = (days: readonly LinkedDay[]) =>
  runsOf(days).map(({ before, days: own, after }) => [before?.day ?? null, own.map(({ day }) => day), after?.day ?? null]);
const one = (days: readonly LinkedDay[]) => runsOf(days)[0];
const why = (days: readonly LinkedDay[], finalReading: bigint | null = null) => openEnd(one(days), finalReading, (day) => `day ${day}`);

describe('the runs of a meter', () => {
  test.each<[string, string, unknown[]]>([
    ['none, where every day is metered', 'mmm', []],
    ['one day between two metered ones', 'msm', [[10, [11], 12]]],
    ['substitutes and disputes together', 'msdsm', [[10, [11, 12, 13], 14]]],
    [
      'two, with a metered day between',
      'msmsm',
      [
        [10, [11], 12],
        [12, [13], 14],
      ],
    ],
    ['one that begins with the service', 'ddm', [[null, [10, 11], 12]]],
    ['one that nothing follows', 'mss', [[10, [11, 12], null]]],
    ['one of all days', 'ss', [[null, [10, 11], null]]],
    [
      'cut where a day is not given',
      'ms-sm',
      [
        [10, [11], null],
        [null, [13], 14],
      ],
    ],
    ['none, without days', '', []],
  ])('are %s', (_, sources, expected) => expect(shape(story(sources))).toEqual(expected));

  test('hold every day that is not metered once, in order, and no metered day', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('m', 's', 'd', '-'), { maxLength: 40 }), (letters) => {
        const days = story(letters.join(''));
        const own = runsOf(days).flatMap((run) => run.days);
        expect(own).toEqual(days.filter(({ source }) => source !== 'metered'));
        for (const { before, after } of runsOf(days)) for (const side of [before, after]) expect(side?.source ?? 'metered').toBe('metered');
      }),
    );
  });
});

describe('a run', () => {
  test('is closed when every link fits, from the metered day before to the one after', () => {
    expect(isClosed(one(story('mssm')), null)).toBe(true);
    expect(isClosed(one(story('dm')), null)).toBe(true);
  });
  test.each<[string, LinkedDay[], string]>([
    ['its beginning does not fit', story('mssm', { 11: { L0: 99n } }), 'day 11 does not begin where the metered day before it ended'],
    ['two of its days do not fit', story('mssm', { 12: { L0: 99n } }), 'day 12 does not begin where the day before it ended'],
    ['its end does not fit', story('mssm', { 12: { L1: 99n } }), 'day 12 does not end where the metered day after it begins'],
    ['nothing follows', story('mss'), 'nothing follows day 12'],
  ])('is open while %s', (_, days, expected) => expect(why(days)).toBe(expected));
  test('at the end of the service is closed by the final reading that it ends with, and by no other', () => {
    expect(why(story('mss'), 13n)).toBe(null);
    expect(why(story('mss'), 14n)).toBe('day 12 does not end where the final reading says');
  });
  test('that any one commitment is changed in is open', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(), fc.constantFrom<'L0' | 'L1'>('L0', 'L1'), (length, at, link) => {
        const days = story(`m${'s'.repeat(length)}m`, { [11 + (at % length)]: { [link]: 999n } });
        expect(isClosed(one(days), null)).toBe(false);
      }),
    );
  });
});

describe('a correction of a run that begins with the service', () => {
  const zero = { version: 3, L0: 12n, L1: 12n };
  test('shows each day to be a zero day: it ends where it began', () => {
    const run = one(story('ddm', { 10: zero, 11: zero }));
    expect([isClosed(run, null), notZero(run)]).toEqual([true, []]);
  });
  test('cannot put energy there', () => {
    const run = one(story('ddm', { 10: { version: 3, L0: 5n, L1: 12n }, 11: zero }));
    expect([isClosed(run, null), notZero(run).map(({ day }) => day)]).toEqual([true, [10]]);
  });
  test('is not asked this of version 1, which the copy of the zero day proves, nor after a metered day', () => {
    expect(notZero(one(story('ddm')))).toEqual([]);
    expect(notZero(one(story('mssm', { 11: { version: 2 } })))).toEqual([]);
  });
});
