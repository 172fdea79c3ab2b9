/** Settled weeks as a tariff can count on them: whole, as the chain settled them, and with no more energy saved than was. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededInts } from '../../../test/kit/books/index-rows.ts';
import { GAIN_OF_WEEK, MAIN, MEMBERS, settledWeek, UPLINK } from '../../../test/kit/books/settled-weeks.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { sharedSlotPrice, sharedWh } from '../../protocol/index.ts';
import { connect, type Sql } from '../db/index.ts';
import { gainsOf, sharedBounds } from './gain.ts';

const FIRST = 20_635;
let [database, sql] = [] as unknown as [TestPostgres, Sql];
beforeAll(async () => {
  database = await startTestPostgres();
  sql = connect({ url: database.urls.books, max: 2, application: 'test gain' });
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const gains = (weeks = 4) => gainsOf(sql, { mainChainId: MAIN, uplink: UPLINK, weeks });

test('energy taken is never more than was shared, and energy given never less, by a few parts of a hundred', () => {
  const [int, p, slots] = [seededInts(41), 191_000, 96];
  const flows = (): number[] => Array.from({ length: slots }, () => int(4_000) * (int(5) === 0 ? 0 : 1));
  const [takers, givers] = [
    [flows(), flows(), flows()],
    [flows(), flows()],
  ];
  const truth = (of: readonly number[][], slot: number, shared: number): number =>
    sharedWh(
      of.map((one) => one[slot]),
      shared,
    )[0];
  const totals = Array.from({ length: slots }, (_, i) => [takers, givers].map((of) => sum(of.map((one) => one[i]))));
  const prices = totals.map(([d, e]) => sharedSlotPrice(d, e, p, 1_000));
  const ofDay = {
    sharedNelPerWh: Array<number>(slots).fill(p),
    ...{ buyNelPerWh: prices.map(({ buy }) => buy), sellNelPerWh: prices.map(({ sell }) => sell) },
  };
  const { takenWh, givenWh } = sharedBounds({ importWh: takers[0], exportWh: givers[0] }, ofDay);
  for (const [i, [d, e]] of totals.entries()) {
    const [taken, given] = [truth(takers, i, Math.min(d, e)), truth(givers, i, Math.min(d, e))];
    expect(takenWh[i]).toBeLessThanOrEqual(taken);
    expect(taken - takenWh[i]).toBeLessThanOrEqual(2 + (2 * takers[0][i]) / 100);
    expect(givenWh[i]).toBeGreaterThanOrEqual(given);
    expect(givenWh[i] - given).toBeLessThanOrEqual(2 + (2 * givers[0][i]) / 100);
  }
});

test('what costs nothing saves nothing, as far as is known', () => {
  const zeros = Array<number>(96).fill(0);
  const bounds = sharedBounds(
    { importWh: zeros.with(3, 9), exportWh: zeros.with(4, 7) },
    { sharedNelPerWh: zeros, buyNelPerWh: zeros, sellNelPerWh: zeros },
  );
  expect([sum(bounds.takenWh), sum(bounds.givenWh)]).toEqual([0, 7]);
});

test('before a week is settled there is none', async () => expect(await gains()).toEqual({ weeks: [], leftOut: [] }));

test('a settled week has its gain, what members used, and what of it was shared; a loss is one too', async () => {
  await settledWeek(sql, FIRST);
  await settledWeek(sql, FIRST + 7, { feePerDayNel: 10n ** 9n });
  const { weeks, leftOut } = await gains();
  expect(leftOut).toEqual([]);
  expect(weeks.map(({ fromDay, gainNel, days }) => [fromDay, gainNel > 0n, days.length])).toEqual([
    [FIRST + 7, false, 7],
    [FIRST, true, 7],
  ]);
  expect(weeks[1].gainNel).toBe(GAIN_OF_WEEK);
  const [day] = weeks[1].days;
  expect(day).toMatchObject(MEMBERS);
  // a tick of 2,000 at most divides all prices: floor(100 · 94/190) and ceil(200 · 98/190)
  expect([sum(day.takenWh), sum(day.givenWh)]).toEqual([48 * 49, 48 * 104]);
  expect((await gains(1)).weeks.map(({ fromDay }) => fromDay)).toEqual([FIRST + 7]);
});

test('a week that is not known whole here is left out with why, and one of another main chain is none', async () => {
  await settledWeek(sql, FIRST + 14, { unbooked: [FIRST + 16] });
  await settledWeek(sql, FIRST + 21, { gainNel: 5n });
  await settledWeek(sql, FIRST + 28, { mainChainId: 'electra-left-5eed0009' });
  const { weeks, leftOut } = await gains();
  expect(weeks.map(({ fromDay }) => fromDay)).toEqual([FIRST + 7, FIRST]);
  expect(leftOut).toEqual([
    { fromDay: FIRST + 21, why: `its days come to ${GAIN_OF_WEEK} nELECTRA as noted here, and it was settled at 5` },
    { fromDay: FIRST + 14, why: expect.stringMatching(/^\d{4}-\d\d-\d\d is not released here$/) },
  ]);
});

test('days before the community had books are none of its week', async () => {
  const other = await startTestPostgres();
  const there = connect({ url: other.urls.books, max: 1, application: 'test gain' });
  await settledWeek(there, FIRST, { unbooked: [FIRST, FIRST + 1] });
  const { weeks } = await gainsOf(there, { mainChainId: MAIN, uplink: UPLINK, weeks: 1 });
  expect(weeks[0].days.map(({ day }) => day)).toEqual([2, 3, 4, 5, 6].map((i) => FIRST + i));
  await there.end();
  await other.stop();
});
