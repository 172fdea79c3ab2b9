/** `electra index --main`: a community's node follows the main chain that it shares on, into a database of its own. A real main chain. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestChain, type TestChain } from '../../../test/kit/chain.ts';
import { collect, electra, scratch, spawnElectra } from '../../../test/kit/electra.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { dropDatabase } from '../../../test/kit/postgres-server.ts';
import { chainHead, connect, knownMigrations, mainDatabaseUrl, ROLES, writeSecret } from '../../node/db/index.ts';
import { dataFolder, makeFolders, readSettings, writeSettings } from '../../node/processes/data-folder.ts';

/** It asks again every 15 seconds, and starts slowly on a busy machine. */
const WAIT_MS = 90_000;
const { dir, remove } = scratch('index-main');
const data = dataFolder(dir);
const superUrlFile = join(dir, 'super.url');
let [main, database] = [] as unknown as [TestChain, TestPostgres];

beforeAll(async () => {
  [main, database] = await Promise.all([startTestChain({ main: {}, lightMeters: 1 }), startTestPostgres()]);
  makeFolders(data);
  for (const role of ROLES) writeSecret(join(data.secrets, `db-${role}.url`), database.urls[role]);
  writeSecret(superUrlFile, database.superUrl);
  const { address, member } = main.meters[1];
  writeSettings(data, {
    ...{ version: 1, development: true, chainId: 'electra-test-00000000', rpcUrls: ['http://127.0.0.1:9'] },
    uplink: {
      ...{ address, treasury: member.address, mainChainId: main.chainId, trustPeriodS: 1_209_600, rpcUrls: main.rpcUrls, fromDay: 1 },
      mainGenesisHash: Buffer.from(main.genesisHash).toString('hex'),
      operator: { n: 0, address: main.operator.address },
    },
  });
}, 2 * WAIT_MS);
const following = new Set<() => void>();
/** A process that a failed test left holds the index's lock: what comes after would fail for that alone. */
afterEach(() => {
  for (const stop of following) stop();
  following.clear();
});
afterAll(async () => {
  remove();
  await main?.stop();
  if (database) await dropDatabase(database.superUrl, `${database.database}_main`);
  await database?.stop();
});

const run = (...args: string[]) => electra(...args, '--data', dir);
const doctor = async () => {
  const findings = JSON.parse((await run('doctor', '--json')).out) as { check: string; ok: boolean; detail: string }[];
  return findings.find(({ check }) => check === 'main index');
};

function follow() {
  const child = spawnElectra(['index', '--main', '--data', dir]);
  let log = '';
  child.stdout!.on('data', (text) => {
    log += text;
  });
  const ended = collect(child);
  const stop = () => child.kill('SIGTERM');
  following.add(stop);
  return { log: () => log, ended, stop };
}

/** Of the index that the node keeps of the main chain. */
async function indexed(): Promise<{ chainId: string; height: number } | undefined> {
  const sql = connect({ url: mainDatabaseUrl(data.secrets, 'books'), max: 1, application: 'test' });
  try {
    return await chainHead(sql);
  } finally {
    await sql.end();
  }
}

test(
  'a deployment of an older version has no such database: doctor and process name the command, and go on once it has run',
  async () => {
    expect(await doctor()).toMatchObject({ ok: false, detail: expect.stringContaining('electra migrate --database-url-file') });
    const process = follow();
    await expect.poll(process.log, { timeout: WAIT_MS }).toMatch(/no database test_\w+_main: `electra migrate --database-url-file FILE`/);
    const made = `${knownMigrations().at(-1)} (main)`;
    expect(await run('migrate', '--database-url-file', superUrlFile)).toMatchObject({ code: 0, out: expect.stringContaining(made) });
    expect((await run('migrate')).out).toContain('nothing to do');
    await expect.poll(async () => (await indexed())?.height ?? 0, { timeout: WAIT_MS }).toBeGreaterThan(1);
    process.stop();
    expect((await process.ended).code).toBe(0);
    expect((await indexed())!.chainId).toBe(main.chainId);
    expect(await doctor()).toMatchObject({ ok: true, detail: expect.stringContaining(main.chainId) });
  },
  3 * WAIT_MS,
);

test(
  'an index of another main chain than the one that was joined is not gone on with, and what drops it is named',
  async () => {
    const settings = readSettings(data);
    writeSettings(data, { ...settings, uplink: { ...settings.uplink!, mainChainId: 'electra-other-00000000' } });
    expect(await follow().ended).toMatchObject({ code: 70, err: expect.stringContaining('`electra index --main --reset`') });
    expect(await doctor()).toMatchObject({ ok: false, detail: expect.stringContaining('electra index --main --reset') });
    writeSettings(data, settings);
  },
  2 * WAIT_MS,
);

test(
  'its digest and its reset are those of any index',
  async () => {
    const { out, code } = await run('index', 'digest', '--main', '--height', '1');
    expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`^${main.chainId} 1 [0-9a-f]{64}\n$`))]);
    expect(await electra('index', '--main', '--reset', '--data', dir)).toMatchObject({ code: 0 });
    expect(await indexed()).toBeUndefined();
    expect(await doctor()).toMatchObject({ ok: false, detail: expect.stringContaining('empty') });
  },
  2 * WAIT_MS,
);

test(
  'a node that serves another genesis under the chain’s name is not followed',
  async () => {
    const settings = readSettings(data);
    writeSettings(data, { ...settings, uplink: { ...settings.uplink!, mainGenesisHash: '0'.repeat(64) } });
    const { ended } = follow();
    expect(await ended).toMatchObject({ code: 70, err: expect.stringContaining(`expected ${'0'.repeat(64)}`) });
    expect(await indexed()).toBeUndefined();
  },
  2 * WAIT_MS,
);

test('a community that shares nowhere has no main chain to follow', async () => {
  const { uplink: _, ...settings } = readSettings(data);
  writeSettings(data, settings);
  expect(await run('index', '--main')).toMatchObject({ code: 70, err: expect.stringContaining('electra uplink join') });
  expect(await doctor()).toBeUndefined();
});
