import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../../sdk/vectors/copied-days.json' with { type: 'json' };
import { copiedDay, daysLookedAt, type EarlierDay, earlierDays, notMetered, ZERO_DAY } from './copied-day.ts';
import rules from './testdata/rules.json' with { type: 'json' };
import { VOID_AFTER_S } from './void.ts';

const day = 20_640;
const meter = 'a meter';
const C = (of: number) => BigInt(of) * 1_000n + 7n;
/** Verified by the chain, whenever that was. */
const known = { frozenUnixS: 0, proven: true };
/** Of a book of the day itself. */
const NOW = (day + 1) * 86_400 + 30_000;
const signed = (of: number): EarlierDay => ({ commitments: new Map([[meter, C(of)]]), disputed: new Set(), ...known });
const disputed = (of: number): EarlierDay => ({ commitments: new Map([[meter, C(of)]]), disputed: new Set([meter]), ...known });
const silent: EarlierDay = { commitments: new Map([['another meter', 1n]]), disputed: new Set(), ...known };

/** A chain on which the meter committed on some days, was disputed on others, and was silent on the rest. */
const chain =
  (signedDays: readonly number[], disputedDays: readonly number[] = []) =>
  (at: number) => {
    if (disputedDays.includes(at)) return disputed(at);
    return signedDays.includes(at) ? signed(at) : silent;
  };

describe('the day that a day without a valid statement copies', () => {
  test.each<[string, number[], number[], number]>([
    ['the same weekday a week ago', [day - 1, day - 7, day - 14], [], day - 7],
    ['the same weekday four weeks ago, rather than yesterday', [day - 1, day - 28], [], day - 28],
    ['yesterday, when the same weekday is five weeks ago', [day - 1, day - 35], [], day - 1],
    ['the nearest of the other days', [day - 27, day - 3, day - 9], [], day - 3],
    ['never a disputed day: the next in turn', [day - 14], [day - 7], day - 14],
    ['never a disputed day, also where no other week has one', [day - 2], [day - 7, day - 1], day - 2],
    ['the zero day, when the last one is more than 28 days ago', [day - 29, day - 35, day - 400], [], 0],
    ['the zero day, for a meter that never committed', [], [], 0],
    ['the zero day, for a meter all of whose days are disputed', [], [day - 1, day - 7], 0],
    ['never the day itself, nor one that comes later', [day, day + 1, day + 7], [], 0],
  ])('is %s', (_, signedDays, disputedDays, expected) =>
    expect(copiedDay(meter, day, chain(signedDays, disputedDays), NOW)).toEqual(
      expected === 0 ? ZERO_DAY : { fromDay: expected, from: C(expected) },
    ),
  );
  test('is the zero day where the chain has no rosters yet', () => expect(copiedDay(meter, day, () => null, NOW)).toEqual(ZERO_DAY));
  test('is not known while a day that comes first was not looked at', () => {
    const seen = (at: number) => (at === day - 14 ? undefined : chain([day - 21])(at));
    expect(copiedDay(meter, day, seen, NOW)).toEqual({ unseen: day - 14 });
  });
  test('is known as soon as it is found, whatever the others are', () => {
    const seen = (at: number) => (at === day - 7 ? signed(at) : undefined);
    expect(copiedDay(meter, day, seen, NOW)).toEqual({ fromDay: day - 7, from: C(day - 7) });
  });
});

/** A history: what the meter did on each of the 40 days before. */
const histories = fc.array(fc.constantFrom('signed', 'disputed', 'silent', 'no roster'), { minLength: 40, maxLength: 40 });
const lived = (history: readonly string[]) => (at: number) => {
  const said = history[day - at - 1];
  if (said === 'no roster') return null;
  return said === 'signed' ? signed(at) : said === 'disputed' ? disputed(at) : silent;
};

describe('whatever a meter did', () => {
  test('it is one of the last 28 days, committed and undisputed: the nearest same weekday, else the nearest', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const found = copiedDay(meter, day, lived(history), NOW);
        const may = history.slice(0, 28).flatMap((said, i) => (said === 'signed' ? [i + 1] : []));
        const weeks = may.filter((back) => back % 7 === 0);
        const back = weeks[0] ?? may[0];
        expect(found).toEqual(back === undefined ? ZERO_DAY : { fromDay: day - back, from: C(day - back) });
      }),
    );
  });
  test('what comes behind the copied day in the order changes nothing', () => {
    fc.assert(
      fc.property(histories, histories, (history, other) => {
        const found = copiedDay(meter, day, lived(history), NOW);
        fc.pre('fromDay' in found && found.fromDay > 0);
        const order = earlierDays(day);
        const upTo = order.slice(0, order.indexOf((found as { fromDay: number }).fromDay) + 1);
        const mixed = (at: number) => (upTo.includes(at) ? lived(history)(at) : lived(other)(at));
        expect(copiedDay(meter, day, mixed, NOW)).toEqual(found);
      }),
    );
  });
  test('no day is looked at twice, and none outside the 28 before', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 60_000 }), (history, of) => {
        const days = earlierDays(of);
        expect(new Set(days).size).toBe(days.length);
        for (const earlier of days) expect(earlier > 0 && earlier < of && earlier >= of - 28).toBe(true);
        const looked = daysLookedAt([meter], day, lived(history), NOW);
        const found = copiedDay(meter, day, lived(history), NOW) as { fromDay: number };
        expect(looked.length).toBe(found.fromDay === 0 ? 28 : earlierDays(day).indexOf(found.fromDay) + 1);
      }),
    );
  });
});

test('the copied days are those that another implementation found', () => {
  for (const { name, day: of, days, fromDay, from } of rules.copies) {
    const listed = new Map(days.map((one) => [one.day, one]));
    const seen = (at: number): EarlierDay | null => {
      const found = listed.get(at);
      if (!found) return null;
      return {
        commitments: new Map(found.commitment ? [[meter, BigInt(found.commitment)]] : []),
        disputed: new Set(found.disputed ? [meter] : []),
        ...known,
      };
    };
    expect([name, copiedDay(meter, of, seen, NOW)]).toEqual([name, { fromDay, from: BigInt(from) }]);
  }
});

describe('a void day is passed over, as the chain passes it over', () => {
  test.each(vectors.cases)('$name', ({ day: of, anchoredUnixS, days, fromDay, from }) => {
    const seen = (at: number): EarlierDay | null => {
      const found = days.find((one) => one.day === at);
      if (!found) return null;
      const { frozenUnixS, proven, commitment, disputed } = found;
      const commitments = new Map(commitment === null ? [] : [[meter, BigInt(`0x${commitment}`)]]);
      return { commitments, disputed: new Set(disputed ? [meter] : []), frozenUnixS: Number(frozenUnixS), proven };
    };
    expect(copiedDay(meter, of, seen, Number(anchoredUnixS))).toEqual({ fromDay, from: BigInt(`0x${from}`) });
  });
  test('with the time that both implementations know', () => expect(VOID_AFTER_S).toBe(Number(vectors.voidAfterS)));
});

test('the days looked at for several meters are those of each, once', () => {
  const seen = (at: number): EarlierDay => ({
    commitments: new Map([['one', 1n], ...(at === day - 14 ? ([['two', 2n]] as const) : [])]),
    disputed: new Set(),
    ...known,
  });
  expect(daysLookedAt(['one', 'two'], day, seen, NOW)).toEqual([day - 14, day - 7]);
  expect(daysLookedAt([], day, seen, NOW)).toEqual([]);
  expect(() => daysLookedAt(['one'], day, () => undefined, NOW)).toThrow(RangeError);
});

test('not metered are those without a commitment, and those whose commitment is disputed', () => {
  const roster = [
    { meter: 'signed', commitment: 1n },
    { meter: 'silent', commitment: null },
    { meter: 'disputed', commitment: 2n },
  ];
  expect(notMetered(roster, new Set(['disputed', 'silent']))).toEqual(['silent', 'disputed']);
  expect(notMetered(roster, new Set())).toEqual(['silent']);
});
