/**
 * Real processes that fail: those that nobody can help by starting them again end with 70, the others with 1. Each example of
 * ARCHITECTURE.md's "Two errors" stands here beside its nearest neighbour that may be tried again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestChain, type TestChain } from '../../../test/kit/chain.ts';
import { collect, type Result, scratch } from '../../../test/kit/electra.ts';
import { type LyingNode, startLyingNode } from '../../../test/kit/lying-node.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { connect, migrate, ROLES, writeSecret } from '../db/index.ts';
import { readCursor } from '../indexer/write/cursor.ts';
import { createCredential } from '../signer/index.ts';
import { initVault } from '../vault/index.ts';
import { type DataFolder, dataFolder, makeFolders, type Settings, writeSettings } from './data-folder.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const WRONG_ID = 'electra-other-00000000';
const rubble: (() => unknown)[] = [];
let chain: TestChain;
let node: LyingNode;
let database: TestPostgres;

beforeAll(async () => {
  [chain, database] = await Promise.all([startTestChain({ validators: 1 }), startTestPostgres()]);
  node = await startLyingNode(chain.rpcUrl);
});
afterAll(async () => {
  await Promise.all([...rubble.map((clear) => clear()), node?.stop(), chain?.stop(), database?.stop()]);
});

function start(data: DataFolder, command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, command, '--data', data.dir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  rubble.push(() => child.kill('SIGKILL'));
  return child;
}
const run = (...args: Parameters<typeof start>): Promise<Result> => collect(start(...args));

/** A data folder of the chain, as `electra init` leaves it. */
function folder({ chainId = chain.chainId, rpcUrls = [node.url], ...rest }: Partial<Settings> = {}): DataFolder {
  const { dir, remove } = scratch('process');
  rubble.push(remove);
  const data = dataFolder(join(dir, 'data'));
  makeFolders(data);
  writeSecret(data.passphrase, 'the right one');
  for (const role of ROLES) writeSecret(join(data.secrets, `db-${role}.url`), database.urls[role]);
  writeSettings(data, { version: 1, development: true, chainId, rpcUrls, ...rest });
  return data;
}

function vaultFolder(): DataFolder {
  const data = folder();
  writeSecret(data.signerPassphrase, 'the right one of the signer');
  createCredential({ file: data.operatorCredential, dir: data.signer });
  const operator = { dir: data.signer, passphraseFile: data.signerPassphrase };
  initVault({ dir: data.vault, passphraseFile: data.passphrase, operator, cost: { ops: 1, memBytes: 1 << 23 } });
  return data;
}

async function indexed(data: DataFolder): Promise<number> {
  const child = start(data, 'index');
  const ended = collect(child);
  const sql = connect({ url: database.urls.indexer, max: 1, application: 'test' });
  try {
    await expect.poll(async () => (await readCursor(sql).catch(() => null))?.height ?? 0, { timeout: 90_000 }).toBeGreaterThan(3);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    return (await readCursor(sql))!.height;
  } finally {
    await sql.end();
  }
}

describe('a passphrase', () => {
  test('that is wrong ends vault and signer for good', async () => {
    const data = vaultFolder();
    for (const file of [data.passphrase, data.signerPassphrase]) writeSecret(file, 'a wrong one');
    for (const command of ['vault', 'sign']) {
      const { code, err } = await run(data, command);
      expect([command, code, err]).toEqual([command, 70, expect.stringMatching(/^electra \w+: .*the passphrase does not open it.*\n$/)]);
    }
  });

  test('that is right lets the vault answer until it is stopped, and a second vault try again later', async () => {
    const data = vaultFolder();
    const child = start(data, 'vault');
    const ended = collect(child);
    await expect.poll(() => existsSync(data.vaultSocket), { timeout: 90_000 }).toBe(true);
    expect(await run(data, 'vault')).toMatchObject({ code: 1, err: expect.stringContaining('another vault answers here already') });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });
});

describe('the development keys that ship with the project', () => {
  test.each(['account', 'prove'])('end %s for good in a folder that is not for development', async (command) => {
    const { code, err } = await run(folder({ development: undefined }), command);
    expect([code, err]).toEqual([70, expect.stringContaining('the development keys that ship with the project are refused')]);
  });
});

describe('a database', () => {
  test('of a newer schema ends each process that opens it for good', async () => {
    const newer = await startTestPostgres();
    const owner = connect({ url: newer.urls.owner, max: 1, application: 'test' });
    await owner`insert into public.schema_migration (name, run_on) values ('9999_of_the_future', now())`;
    await owner.end();
    const data = folder();
    for (const role of ROLES) writeSecret(join(data.secrets, `db-${role}.url`), newer.urls[role]);
    try {
      for (const command of ['account', 'serve']) {
        const { code, err } = await run(data, command);
        expect([command, code, err]).toEqual([command, 70, expect.stringContaining('9999_of_the_future')]);
      }
    } finally {
      await newer.stop();
    }
  });

  test('of an older schema lets the books wait, unhealthy, and go on once it is migrated', async () => {
    const older = await startTestPostgres({ migrations: 3 });
    const data = folder();
    for (const role of ROLES) writeSecret(join(data.secrets, `db-${role}.url`), older.urls[role]);
    const marker = data.path('stopped');
    const child = start(data, 'account', [], { ELECTRA_STAY_DOWN: marker });
    const ended = collect(child);
    try {
      await expect.poll(() => existsSync(marker), { timeout: 90_000 }).toBe(true);
      expect(readFileSync(marker, 'utf8')).toMatch(/the database lacks migration \w+: .*electra migrate/);
      await migrate(older.urls.owner);
      await expect.poll(() => existsSync(marker), { timeout: 90_000 }).toBe(false);
      expect(child.exitCode).toBeNull();
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await older.stop();
    }
  });

  test('that is away lets the API be tried again later', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    server.close();
    const data = folder();
    writeSecret(join(data.secrets, 'db-api.url'), `postgres://electra_api:x@127.0.0.1:${port}/electra`);
    expect(await run(data, 'serve')).toMatchObject({ code: 1, err: expect.stringContaining('nobody answers') });
  });
});

describe('a chain', () => {
  test('of another name ends the indexer for good', async () => {
    expect(await run(folder({ chainId: WRONG_ID }), 'index')).toMatchObject({ code: 70, err: expect.stringContaining('[wrong-chain]') });
  });

  test('that went another way below the index ends the indexer for good', async () => {
    const height = await indexed(folder());
    node.alter = (method, params, result) => {
      if (method === 'block' && Number(params.height) === height) result.block.header.app_hash = 'ab'.repeat(32);
      if (method === 'commit' && Number(params.height) === height) result.signed_header.header.app_hash = 'ab'.repeat(32);
    };
    const { code, err } = await run(folder(), 'index');
    node.alter = () => {};
    expect([code, err]).toEqual([70, expect.stringMatching(/^electra index: .+\n$/)]);
  });

  test('whose nodes are away is asked again by the same process', async () => {
    node.down = true;
    const child = start(folder(), 'index');
    const ended = collect(child);
    let log = '';
    child.stdout!.on('data', (text) => {
      log += text;
    });
    await expect.poll(() => log, { timeout: 90_000 }).toContain('rpc-unreachable');
    expect(child.exitCode).toBeNull();
    node.down = false;
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });
});

test('a folder without settings ends every process for good', async () => {
  const { dir, remove } = scratch('process');
  rubble.push(remove);
  expect(await run(dataFolder(dir), 'vault')).toMatchObject({ code: 70, err: expect.stringContaining('holds no community yet') });
});

describe('under a supervisor that starts again at any code', () => {
  test('a process that cannot go on stays up, says why, and does nothing until it is stopped', async () => {
    const data = vaultFolder();
    writeSecret(data.passphrase, 'a wrong one');
    const marker = data.path('stopped');
    const child = start(data, 'vault', [], { ELECTRA_STAY_DOWN: marker });
    const ended = collect(child);
    await expect.poll(() => existsSync(marker), { timeout: 90_000 }).toBe(true);
    expect(readFileSync(marker, 'utf8')).toMatch(/the passphrase does not open it/);
    expect([child.exitCode, existsSync(data.vaultSocket)]).toEqual([null, false]);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(70);
  });

  test('a process that may be tried again ends, and one that starts well takes the mark away', async () => {
    const data = vaultFolder();
    const marker = data.path('stopped');
    writeSecret(marker, 'of an earlier start');
    const child = start(data, 'vault', [], { ELECTRA_STAY_DOWN: marker });
    const ended = collect(child);
    await expect.poll(() => existsSync(data.vaultSocket), { timeout: 90_000 }).toBe(true);
    expect(existsSync(marker)).toBe(false);
    expect(await run(data, 'vault', [], { ELECTRA_STAY_DOWN: data.path('other') })).toMatchObject({ code: 1 });
    expect(existsSync(data.path('other'))).toBe(false);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });
});
