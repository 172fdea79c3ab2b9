/** What anybody may read: facts of the service, and outside prices. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { people } from '../../../test/kit/api/people.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect } from '../db/index.ts';

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

test('a chain with one key of development says that it is a demonstration, and one without does not', async () => {
  const indexer = connect({ url: api.db.urls.indexer, max: 1, application: 'test' });
  /** Asked of another chain each time: what one said is not read again. */
  const said = async (n: number) => {
    await indexer`update chain.cursor set chain_id = ${`electra-test-0000000${n}`}`;
    return (await api.ask(null, '{ service { developmentKeys } }')).data.service.developmentKeys;
  };
  /** Another point in each of the first so many keys. */
  const another = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, i) => {
        const point = Buffer.alloc(64, i + 1).toString('base64');
        const at = ['app_state', 'meter', 'verification_keys', String(i), 'alpha'];
        return indexer`update chain.genesis set genesis = jsonb_set(genesis, ${at}::text[], to_jsonb(${point}::text))`;
      }),
    );
  const [{ chain_id: own }] = await indexer`select chain_id from chain.cursor`;
  try {
    expect(await said(1)).toBe(true);
    await another(2);
    expect(await said(2)).toBe(true);
    await another(3);
    expect(await said(3)).toBe(false);
    expect(await said(3)).toBe(false);
  } finally {
    await indexer`update chain.cursor set chain_id = ${own}`;
    await indexer.end();
  }
});

test('whoever asks learns that another operator is to come, and who is signed in learns who', async () => {
  const asked = async (who: 'alice' | null) =>
    (await api.ask(who, '{ service { queuedRotation { n dueAt vetoes address } } }')).data.service.queuedRotation;
  expect(await asked(null)).toEqual({ n: 1, dueAt: expect.stringMatching(/Z$/), vetoes: 1, address: null });
  expect(await asked('alice')).toMatchObject({ n: 1, address: people.clerk.address });
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

test('of a frozen day everybody is told how far it is, how many meters are in and how, and where the chain holds its book', async () => {
  const { first, second, third } = api.days;
  const { data, errors } = await api.ask(
    null,
    `{ bookDays { edges { node { day state meters metered substitutes disputed anchorHeight corrections } } } }`,
  );
  expect(errors).toEqual([]);
  const shown = (day: number, state: string, rest: object) => ({ node: { day: dayToDate(day), state, meters: 3, disputed: 0, ...rest } });
  expect(data.bookDays.edges).toEqual([
    shown(third, 'FROZEN', { metered: 3, substitutes: 0, anchorHeight: null, corrections: 0 }),
    shown(second, 'RELEASED', { metered: 1, substitutes: 1, disputed: 1, anchorHeight: 4701, corrections: 0 }),
    shown(first, 'RELEASED', { metered: 3, substitutes: 0, anchorHeight: 4701, corrections: 1 }),
  ]);
});

test('a day that is not frozen has nothing to tell', async () => {
  const { data } = await api.ask(null, 'query ($d: Date!) { bookDay(day: $d) { state } }', { d: dayToDate(api.days.fourth) });
  expect(data.bookDay).toBeNull();
});

test('who runs the node is said where the operator says it', async () => {
  const named = await startTestApi({ facts: { timeZone: 'UTC', currency: 'EUR', runBy: 'Hillside', contact: 'office@hillside.example' } });
  const asked = '{ service { runBy contact } }';
  expect((await named.ask(null, asked)).data.service).toEqual({ runBy: 'Hillside', contact: 'office@hillside.example' });
  expect((await api.ask(null, asked)).data.service).toEqual({ runBy: null, contact: null });
  await named.stop();
});
