/** Commands find the database of a demonstration that does not run, of one community or of several, and start no deployment's. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratch } from '../../test/kit/electra.ts';
import { prepareDatabase, startEmbeddedPostgres } from '../node/db/index.ts';
import { dataFolder, makeFolders, type Settings, writeSettings } from '../node/processes/data-folder.ts';
import { withDatabase } from './database.ts';
import { startDatabase } from './demo/database.ts';
import { lock } from './lock.ts';

const folder = scratch('one-off');
const data = dataFolder(folder.dir);
const SETTINGS: Settings = { version: 1, chainId: 'electra-one-off-5eed0001' };
const ONE: Settings['demo'] = {
  ...{ community: 'rural', from: '2016-07-01', days: 2, firstDay: 20_000 },
  ...{ rate: 1, genesisUnixS: 1, validators: [] },
};
const SHARING: Partial<Settings> = { exchange: true, market: { communities: ['rural'], firstDay: 20_000, validators: [] } };
const isServed = () => existsSync(join(data.path('postgres'), 'data', 'postmaster.pid'));

beforeAll(async () => {
  makeFolders(data);
  const postgres = await startEmbeddedPostgres({ dir: data.path('postgres'), port: await getPort() });
  await prepareDatabase({ superUrl: postgres.superUrl, secretsDir: data.secrets });
  await postgres.stop();
}, 60_000);
afterAll(() => folder.remove());

async function answer(settings: Partial<Settings>): Promise<unknown> {
  writeSettings(data, { ...SETTINGS, ...settings });
  const [row] = await withDatabase(data, 'books', (sql) => sql`select 1 as one`);
  return row;
}

test('a demonstration’s is started for the moment, of one community and of communities that share', async () => {
  expect(await answer({ demo: ONE })).toEqual({ one: 1 });
  expect(await answer(SHARING)).toEqual({ one: 1 });
}, 60_000);

test('a command that waited for its turn starts none beside `electra up`, which began meanwhile', async () => {
  const turn = await lock(data, 'database');
  const asked = answer(SHARING).catch((error: Error) => error.message);
  await new Promise((resolve) => setTimeout(resolve, 300)); // it waits
  const up = await lock(data, 'up');
  await turn.release();
  expect(await asked).toMatch(/ECONNREFUSED/);
  await up.release();
}, 60_000);

test('`electra up` waits for a command that has it started, and cuts nothing off', async () => {
  const turn = await lock(data, 'database');
  const up = startDatabase(
    data,
    () => {},
    () => true,
  );
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(isServed()).toBe(false);
  await turn.release();
  await (await up).stop();
}, 60_000);

test('a deployment’s is not', async () => {
  await expect(answer({})).rejects.toThrow(/ECONNREFUSED/);
}, 60_000);
