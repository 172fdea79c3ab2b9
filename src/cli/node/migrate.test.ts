/** `electra migrate` on a real Postgres with an older schema: the processes wait, the command mends it, the processes go on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect, electra, scratch, spawnElectra } from '../../../test/kit/electra.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { connect, knownMigrations, migrate, ROLES, writeSecret } from '../../node/db/index.ts';
import { dataFolder, makeFolders, writeSettings } from '../../node/processes/data-folder.ts';

const KNOWN = knownMigrations();
const OLD = 3;
const { dir, remove } = scratch('migrate');
const data = dataFolder(dir);
let database: TestPostgres;

beforeAll(async () => {
  database = await startTestPostgres({ migrations: OLD });
  makeFolders(data);
  writeSettings(data, { version: 1, chainId: 'electra-test-00000000', rpcUrls: ['http://127.0.0.1:9'] });
  for (const role of ROLES) writeSecret(join(data.secrets, `db-${role}.url`), database.urls[role]);
});
afterAll(async () => {
  remove();
  await database?.stop();
});

const run = (...args: string[]) => electra('migrate', '--data', dir, ...args);
/** Set before the first test, and stopped after the last that needs it. */
let waiting: { ended: ReturnType<typeof collect>; log: () => string; stop(): void };

async function serve(): Promise<typeof waiting> {
  const [port, metricsPort] = [String(await getPort()), String(await getPort())];
  const child = spawnElectra(['serve', '--data', dir, '--port', port, '--metrics-port', metricsPort]);
  let log = '';
  child.stdout!.on('data', (text) => {
    log += text;
  });
  return { ended: collect(child), log: () => log, stop: () => child.kill('SIGTERM') };
}

test('an older schema lets the API wait, with the command that helps', async () => {
  waiting = await serve();
  await expect
    .poll(() => waiting.log(), { timeout: 90_000 })
    .toMatch(new RegExp(`lacks migration ${KNOWN[OLD]}: .*\`electra migrate\`.*waiting for it`));
});

test('the command runs what is missing and prints it, and then nothing', async () => {
  expect(await run()).toEqual({ code: 0, out: `✓ run: ${KNOWN.slice(OLD).join(', ')}\n`, err: '' });
  expect(await run()).toEqual({ code: 0, out: `✓ nothing to do: the database is at ${KNOWN.at(-1)}\n`, err: '' });
  expect(JSON.parse((await run('--json')).out)).toEqual({ applied: [], schema: KNOWN.at(-1) });
});

test('then it goes on by itself, and another one starts', async () => {
  await expect.poll(() => waiting.log(), { timeout: 90_000 }).toContain('going on');
  const other = await serve();
  await expect.poll(() => other.log(), { timeout: 90_000 }).toContain('the API listens');
  for (const one of [waiting, other]) {
    one.stop();
    expect((await one.ended).code).toBe(0);
  }
});

test('a schema of the future is refused with 70 and left as it is', async () => {
  const owner = connect({ url: database.urls.owner, max: 1, application: 'test' });
  try {
    await owner`insert into public.schema_migration (name, run_on) values ('9999_of_the_future', now())`;
    expect(await run()).toMatchObject({ code: 70, err: expect.stringContaining('9999_of_the_future') });
    await owner`delete from public.schema_migration where name = '9999_of_the_future'`;
    expect(await migrate(database.urls.owner)).toEqual([]);
  } finally {
    await owner.end();
  }
});

test('a database that is away may be tried again later', async () => {
  writeSecret(join(data.secrets, 'db-owner.url'), 'postgres://electra_owner:x@127.0.0.1:9/electra');
  expect(await run()).toMatchObject({ code: 1, err: expect.stringContaining('nobody answers') });
});

test('a folder that holds nothing is named', async () => {
  expect(existsSync('/nonexistent')).toBe(false);
  expect(await electra('migrate', '--data', '/nonexistent')).toMatchObject({ code: 1, err: expect.stringContaining('no community yet') });
});
