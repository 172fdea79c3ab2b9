/** The server of `npm start`: what a crash leaves behind, on either side, and where it may live. */
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedPostgres } from '../index.ts';
import { connect, databaseUrl, mainDatabaseUrl, prepareDatabase, readSecret, startEmbeddedPostgres } from '../index.ts';
import { liveProcess } from './leftover.ts';

// Under a folder of mode 0700, as a clone in somebody's home or a temporary folder is; its name has letters beyond ASCII.
const root = mkdtempSync(join(tmpdir(), 'electra-Größe & Maß-'));
const dir = join(root, 'deep', 'postgres');
const secretsDir = join(root, 'secrets');
const warnings: string[] = [];
const log = { info: () => {}, warn: (message: string) => warnings.push(message) };
let port: number;
let server: EmbeddedPostgres;
const start = async () => (server = await startEmbeddedPostgres({ dir, port, log }));
const count = async () => {
  const sql = connect({ url: databaseUrl(secretsDir, 'books'), max: 1, application: 'test' });
  try {
    return (await sql`select count(*)::int as n from books.member`)[0].n as number;
  } finally {
    await sql.end();
  }
};
const add = async (name: string) => {
  const sql = connect({ url: databaseUrl(secretsDir, 'books'), max: 1, application: 'test' });
  try {
    await sql`insert into books.member (address, name) values (${name}, ${name})`;
  } finally {
    await sql.end();
  }
};

beforeAll(async () => {
  port = await getPort({ host: '127.0.0.1' });
  await start();
  await prepareDatabase({ superUrl: server.superUrl, secretsDir });
  await add('kept');
});
afterEach(() => {
  warnings.length = 0;
});
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('an embedded Postgres', () => {
  test('keeps its passwords in files that only we can read, one URL per role, the same ones when prepared again', async () => {
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600);
    const urls = readdirSync(secretsDir).map((name) => [name, readSecret(join(secretsDir, name))]);
    expect(urls.map(([name]) => name).sort()).toEqual(
      ['api', 'books', 'indexer', 'inviter', 'owner', 'prover'].map((role) => `db-${role}.url`).sort(),
    );
    await prepareDatabase({ superUrl: server.superUrl, secretsDir });
    expect(readdirSync(secretsDir).map((name) => [name, readSecret(join(secretsDir, name))])).toEqual(urls);
    expect(new Set(urls.map(([, url]) => new URL(url).password)).size).toBe(6);
  });
  test('lets into the main chain’s database the roles alone that have to do with it', async () => {
    const entered = async (main: boolean) => {
      const tries = (['owner', 'indexer', 'books', 'prover', 'api', 'inviter'] as const).map(async (role) => {
        const sql = connect({ url: (main ? mainDatabaseUrl : databaseUrl)(secretsDir, role), max: 1, application: 'test' });
        return sql`select 1`
          .then(() => [role])
          .catch(() => [])
          .finally(() => sql.end());
      });
      return (await Promise.all(tries)).flat();
    };
    await prepareDatabase({ superUrl: server.superUrl, secretsDir, main: true });
    expect(await entered(true)).toEqual(['owner', 'indexer', 'books', 'api']);
    expect(await entered(false)).toHaveLength(6);
  });
  test('leaves no password where others could read it', () => {
    expect(readdirSync(dir).sort()).toEqual(['data', 'password']);
    const password = readSecret(join(dir, 'password'));
    expect(readFileSync(join(dir, 'data', 'postmaster.opts'), 'utf8')).not.toContain(password);
    expect(
      readFileSync(join(dir, 'data', 'pg_hba.conf'), 'utf8')
        .split('\n')
        .filter((line) => /^(local|host)/.test(line))
        .every((line) => line.endsWith('scram-sha-256')),
    ).toBe(true);
  });
  test('goes on where it was after a clean stop', async () => {
    await server.stop();
    expect(await server.exited).toEqual({ code: 0, wanted: true });
    expect(liveProcess(join(dir, 'data'))).toBeUndefined();
    await start();
    expect(await count()).toBe(1);
    expect(warnings).toEqual([]);
  });
  test('killed says so, and recovers everything committed at its next start', async () => {
    await add('committed');
    process.kill(server.pid, 'SIGKILL');
    expect(await server.exited).toMatchObject({ wanted: false });
    expect(existsSync(join(dir, 'data', 'postmaster.pid'))).toBe(true);
    await start();
    expect(await count()).toBe(2);
    expect(warnings.join()).toContain('recovers from its log');
  });
  test('killed with a busy backend starts again at once all the same', async () => {
    const sql = connect({ url: databaseUrl(secretsDir, 'books'), max: 1, application: 'test' });
    const busy = sql`select pg_sleep(5)`.catch(() => {});
    await expect.poll(() => count(), { timeout: 90_000 }).toBe(2);
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await start();
    expect(await count()).toBe(2);
    await busy;
    await sql.end({ timeout: 1 });
  });
  test('refuses a port that is taken, naming it, and a second start in the same folder replaces the first', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const taken = (other.address() as { port: number }).port;
    await expect(startEmbeddedPostgres({ dir: join(root, 'other'), port: taken })).rejects.toMatchObject({
      code: 'port-in-use',
      message: `port ${taken} for Postgres is in use on 127.0.0.1`,
    });
    other.close();
    const before = server;
    await start(); // the first one is a leftover now
    expect((await before.exited).code).toBe(0);
    expect(warnings.join()).toContain(`process ${before.pid}`);
    expect(await count()).toBe(2);
  });
  test('knows a leftover pid file whose number another program has by now', async () => {
    await server.stop();
    writeFileSync(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${join(dir, 'data')}\n`);
    await start();
    expect(await count()).toBe(2);
    expect(warnings.join()).toContain('leftover postmaster.pid');
  });
  test('makes its cluster anew when the first start was cut short', async () => {
    const half = join(root, 'half');
    const first = await startEmbeddedPostgres({ dir: half, port: await getPort() });
    await first.stop();
    writeFileSync(join(half, 'initdb-unfinished'), '');
    rmSync(join(half, 'data', 'global'), { recursive: true });
    const again = await startEmbeddedPostgres({ dir: half, port: await getPort() });
    await again.stop();
    expect(existsSync(join(half, 'initdb-unfinished'))).toBe(false);
  });
  test('dies with its parent, however that one dies', async () => {
    const lone = join(root, 'lone');
    const child = fork(
      fileURLToPath(new URL('../../../../test/kit/db/run-postgres.ts', import.meta.url)),
      [lone, String(await getPort())],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] },
    );
    await new Promise((resolve) => child.once('message', resolve));
    expect(liveProcess(join(lone, 'data'))).toBeGreaterThan(1);
    child.kill('SIGKILL');
    await expect.poll(() => liveProcess(join(lone, 'data')), { timeout: 90_000 }).toBeUndefined();
    await expect.poll(() => existsSync(join(lone, 'data', 'postmaster.pid')), { timeout: 90_000 }).toBe(false); // a clean shutdown
  });
});
