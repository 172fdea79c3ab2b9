/** Which days have no time to be shared, by when the registration is in force. */
import { expect, test } from 'vitest';
import { DAY_S } from '../../protocol/index.ts';
import { daysTooLate } from './too-late.ts';

const FROM = 20_640;
const GRACE_S = 60 * 3600;
const tooLate = (inForceUnixS: number, firstDay = FROM) => daysTooLate({ fromDay: FROM, firstDay, inForceUnixS, graceS: GRACE_S });
const frozenTo = (last: number | null, firstDay = FROM) =>
  daysTooLate({ fromDay: FROM, firstDay, inForceUnixS: freezeOf(FROM + 3), graceS: GRACE_S, frozenTo: last });
const freezeOf = (day: number): number => (day + 1) * DAY_S + GRACE_S;

test('a registration that is in force before the first day is frozen leaves time for all, one at that moment for all but that', () => {
  expect(tooLate(freezeOf(FROM) - 1)).toBeNull();
  expect(tooLate(freezeOf(FROM))).toEqual({ from: FROM, to: FROM, inForceUnixS: freezeOf(FROM) });
  expect(tooLate(freezeOf(FROM + 3) - 1)).toMatchObject({ from: FROM, to: FROM + 2 });
});

test('days before the uplink is a meter are too late as well', () => {
  expect(tooLate(0, FROM + 2)).toMatchObject({ from: FROM, to: FROM + 1 });
  expect(tooLate(freezeOf(FROM + 5), FROM + 2)).toMatchObject({ to: FROM + 5 });
});

test('a main chain that halted had frozen less by then: what it had not, there is time for', () => {
  expect(frozenTo(FROM + 3)).toMatchObject({ to: FROM + 3 });
  expect(frozenTo(FROM)).toMatchObject({ to: FROM });
  expect([frozenTo(FROM - 1), frozenTo(null)]).toEqual([null, null]);
  expect(frozenTo(null, FROM + 2)).toMatchObject({ from: FROM, to: FROM + 1 });
});
