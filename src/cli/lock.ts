/** One owner per data folder. The lock is a folder kept fresh by its owner, so that a crash frees it after some seconds. */
import { mkdirSync } from 'node:fs';
import lockfile from 'proper-lockfile';
import type { DataFolder } from '../node/processes/data-folder.ts';
import { CliError } from './errors.ts';

const STALE_MS = 6_000;

/** @returns the release. @throws CliError when another process holds it. */
export async function lock(data: DataFolder, name: 'up' | 'database', waitMs = 0): Promise<() => Promise<void>> {
  mkdirSync(data.path('run'), { recursive: true, mode: 0o700 });
  const options = {
    lockfilePath: data.path('run', `${name}.lock`),
    stale: STALE_MS,
    update: 2_000,
    realpath: false,
    retries: waitMs === 0 ? 0 : { retries: Math.ceil(waitMs / 500), minTimeout: 500, maxTimeout: 500 },
  };
  try {
    return await lockfile.lock(data.dir, { ...options, onCompromised: () => {} });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ELOCKED') throw error;
    throw new CliError(
      `--data: ${data.dir} is in use by another electra process; stop it, or choose another folder ` +
        `(after a crash the lock frees itself within ${STALE_MS / 1000} s)`,
    );
  }
}

export const isLocked = (data: DataFolder, name: 'up' | 'database'): Promise<boolean> =>
  lockfile.check(data.dir, { lockfilePath: data.path('run', `${name}.lock`), stale: STALE_MS, realpath: false }).catch(() => false);
