import { expect, test } from 'vitest';
import { dateToDay } from '../../protocol/values/time.ts';
import { sharedCsv } from './exchange.ts';

test('what was shared is a line for each quarter-hour, by the UTC time at which it begins', () => {
  const takenWh = Array.from({ length: 96 }, (_, i) => i);
  const givenWh = Array.from({ length: 96 }, (_, i) => 2 * i);
  const lines = sharedCsv([
    { day: dateToDay('2026-11-20'), takenWh, givenWh },
    { day: dateToDay('2026-11-22'), takenWh: givenWh, givenWh: takenWh },
  ]).split('\n');
  expect(lines).toHaveLength(1 + 2 * 96 + 1);
  expect([lines[0], lines[1], lines[96], lines[97], lines.at(-2), lines.at(-1)]).toEqual([
    'slot_start_utc,taken_wh,given_wh',
    '2026-11-20T00:00Z,0,0',
    '2026-11-20T23:45Z,95,190',
    '2026-11-22T00:00Z,0,0',
    '2026-11-22T23:45Z,190,95',
    '',
  ]);
});
