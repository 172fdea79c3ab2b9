/** What anybody may read: facts of the service, and outside prices. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { dayToDate } from '../../protocol/values/time.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ facts: { timeZone: 'Europe/Berlin', currency: 'EUR' } });
});
afterAll(() => api.stop());

test('the service tells its zone, its currency, and what its genesis fixed', async () => {
  const { data, errors } = await api.ask(null, '{ service { timeZone currency genesisHash freezesAfterS lateForS lastReleasedDay } }');
  expect(errors).toEqual([]);
  expect(data.service).toEqual({
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    genesisHash: '06'.repeat(32),
    freezesAfterS: '21600',
    lateForS: '2592000',
    lastReleasedDay: dayToDate(api.days.second),
  });
});

const tariff = async (day: number) =>
  (
    await api.ask(null, 'query ($d: Date!) { tariff(day: $d) { day fromDay rule retailNelPerWh feedInNelPerWh feePerDayNel slotsSet } }', {
      d: dayToDate(day),
    })
  ).data.tariff;

test('the tariff of a day is the one in force, also of a day to come', async () => {
  const { days } = api;
  expect(await tariff(days.third)).toMatchObject({
    fromDay: dayToDate(days.first),
    rule: 'midpoint',
    retailNelPerWh: Array(96).fill(310),
    feePerDayNel: '250000000',
    slotsSet: [],
  });
  expect(await tariff(days.fourth + 30)).toMatchObject({
    day: dayToDate(days.fourth + 30),
    fromDay: dayToDate(days.fourth),
    retailNelPerWh: Array(96).fill(330),
    slotsSet: [],
  });
  expect(await tariff(days.first - 1)).toBeNull();
});

test('prices of slots stand over it: of one slot the last set, and none of a block whose results are not checked', async () => {
  const { retailNelPerWh, feedInNelPerWh, slotsSet } = await tariff(api.days.fourth);
  expect([retailNelPerWh[39], retailNelPerWh[40], retailNelPerWh[41], feedInNelPerWh[40], slotsSet]).toEqual([330, 510, 330, -20, [40]]);
});
