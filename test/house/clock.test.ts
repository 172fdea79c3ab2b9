/** The places where a program takes the machine's day: each is right at whatever instant this is run (instants.test.ts pretends some). */
import { describe, expect, test } from 'vitest';
import { datesUpTo, newCalendar, profileDateOf } from '../../simulator/calendar.ts';
import { makeChallenge, readChallenge } from '../../src/node/api/challenge.ts';
import { monthDays } from '../../src/protocol/invoice/invoice.ts';
import { dateToDay, dayOf, dayToDate } from '../../src/protocol/values/time.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.now();
const today = dayOf(Math.floor(nowMs / 1000));

describe('today', () => {
  test('is the day whose date the clock shows, and lies in its month', () => {
    const date = new Date(nowMs).toISOString().slice(0, 10);
    expect([dayToDate(today), dateToDay(date)]).toEqual([date, today]);
    const { first, last } = monthDays(date.slice(0, 7));
    expect(first <= today && today <= last).toBe(true);
    expect(dayToDate(last + 1).slice(8)).toBe('01');
  });

  test.each(['2016-01-01', '2016-02-29', '2016-12-30'])(
    'a demonstration from %s replays whole days, the last of which was yesterday',
    (from) => {
      for (const days of [1, 2, 365]) {
        const calendar = newCalendar({ community: 'rural', from, days, nowMs });
        expect(Object.keys(datesUpTo(calendar, today - 1))).toHaveLength(days);
        expect(profileDateOf(calendar, today - days)).toBe(from);
        expect(calendar.firstDay * DAY_MS + days * DAY_MS).toBeLessThanOrEqual(nowMs);
      }
    },
  );

  test('a challenge of now is read, and one of an hour ago is not', () => {
    const key = Buffer.alloc(32, 5);
    const scope = { service: 'grid.example', chainId: 'electra-test-00000000', address: 'electra150rtrmj2f8vl9tem8qpfw36ylw5jg9j20wydz6' };
    expect(readChallenge(key, scope, makeChallenge(key, scope, nowMs).text, nowMs)).not.toBe('expired');
    expect(readChallenge(key, scope, makeChallenge(key, scope, nowMs - 3_600_000).text, nowMs)).toBe('expired');
  });
});
