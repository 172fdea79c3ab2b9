/** The API where the members are communities: what was shared is the exchange's word, each its own, and its keys are of other circuits. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { mainKeyBytes } from '../../../test/kit/development-keys.ts';
import { MAIN_CIRCUIT_NAMES } from '../../protocol/circuits.ts';
import { keysJson } from '../../protocol/genesis/index.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect } from '../db/index.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const [indexer, books] = [api.db.urls.indexer, api.db.urls.books].map((url) => connect({ url, max: 1, application: 'test' }));
  const keys = keysJson(MAIN_CIRCUIT_NAMES, mainKeyBytes());
  await indexer`
    update chain.genesis set genesis = jsonb_set(jsonb_set(genesis, '{app_state,meter,params,rule}', '"shared/1"'),
      '{app_state,meter,verification_keys}', ${indexer.json(keys as never)})`;
  const of = (wh: number): number[] => Array<number>(96).fill(wh);
  for (const [meter, member, taken, given] of [
    [meters.alice1, people.alice.address, 3, 0],
    [meters.alice2, people.alice.address, 4, 1],
    [meters.bob1, people.bob.address, 0, 6],
  ] as const)
    await books`insert into books.shared_energy (day, meter, member, taken_wh, given_wh)
      values (${api.days.first}, ${meter}, ${member}, ${of(taken)}, ${of(given)})`;
  await Promise.all([indexer.end(), books.end()]);
});
afterAll(() => api.stop());

const daysOf = async (who: 'alice' | 'bob', more = '') => {
  const day = dayToDate(api.days.first);
  const { data } = await api.ask(who, `{ member { days(from: "${day}", to: "${day}"${more}) { outsideNel localImportWh soldInsideWh } } }`);
  return data.member.days;
};

test('a community’s day has what was shared of its own net, and no outside', async () => {
  expect(await daysOf('alice')).toEqual([{ outsideNel: null, localImportWh: String(96 * 7), soldInsideWh: '96' }]);
  expect(await daysOf('alice', `, meter: "${meters.alice1}"`)).toEqual([
    { outsideNel: null, localImportWh: String(96 * 3), soldInsideWh: '0' },
  ]);
  expect(await daysOf('bob')).toEqual([{ outsideNel: null, localImportWh: '0', soldInsideWh: String(96 * 6) }]);
});

test('the service says that a chain of communities has development keys', async () => {
  const { data } = await api.ask(null, '{ service { developmentKeys } }');
  expect(data.service.developmentKeys).toBe(true);
});
