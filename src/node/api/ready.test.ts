/** Who is not ready because the chain has not verified a book. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../test/kit/api/harness.ts';
import { genesisParams } from '../../../test/kit/genesis.ts';
import { VOID_AFTER_S } from '../../protocol/day/void.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect } from '../db/index.ts';
import { LIMITS } from './limits.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const json = async (response: Response): Promise<unknown> => response.json();

test('/ready names days whose book the chain should have verified by now, and tells of void ones without being unready', async () => {
  const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
  const ready = async () => {
    api.later(LIMITS.freshMs);
    const response = await api.fetch('/ready');
    return [response.status, await json(response)];
  };
  const day = api.days.second;
  const frozenAgo = (s: number) =>
    owner`update chain.roster set unix_s = (select chain_unix_s from chain.head) - ${s}::int8 where day = ${day} and not late`;
  await owner`
    insert into chain.frozen (height, first_day, next_freeze_day, next_late_day)
    values (1, ${day}, ${day + 1}, ${day})`;
  const dueS = Number(genesisParams().anchor_due_s);
  const date = dayToDate(day);
  await frozenAgo(dueS);
  expect((await ready())[0]).toBe(200);
  await frozenAgo(dueS + 1);
  expect(await ready()).toMatchObject([503, { reasons: [`the chain has no proofs of the book of ${date}, which were due`] }]);
  expect(await api.metricsText()).toMatch(/electra_days_missing 1\n/);
  await frozenAgo(VOID_AFTER_S);
  expect(await ready()).toMatchObject([200, { oddities: expect.arrayContaining([`void, since no book was proven in time: ${date}`]) }]);
  await frozenAgo(dueS + 1);
  await owner`
    insert into chain.proven_book (id, day, version, parts, height, unix_s) values (${`${day}-1`}, ${day}, 1, 1, 1, 1)`;
  expect((await ready())[0]).toBe(200);
  await owner.end();
});

test('/ready and metrics tell a community that shares which of its days are over on the main chain', async () => {
  const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
  const told = async () => {
    api.later(LIMITS.freshMs);
    const { oddities = [] } = (await json(await api.fetch('/ready'))) as { oddities?: string[] };
    return oddities.filter((words) => words.startsWith('not shared'));
  };
  expect(await told()).toEqual([]);
  await owner`insert into chain.uplink (id, from_day, main_chain_id, height) values ('0', 0, 'electra-main-5eed0002', 1)`;
  expect(await told()).toHaveLength(1);
  expect(await api.metricsText()).toMatch(/electra_sharing_days\{state="missed"\} [1-9]/);
  await owner`delete from chain.uplink`;
  await owner.end();
});
