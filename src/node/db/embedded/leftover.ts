/** What an earlier run of the server left in its data folder, and how to get rid of it without harm. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsOf, works } from '../../shared/running.ts';
import { sleep } from '../../shared/wait.ts';
import { DatabaseError } from '../connect.ts';

/** The process number of the postmaster that serves `data`, if one does. A number that another program has meanwhile is not it. */
export function liveProcess(data: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return argumentsOf(pid)[0]?.includes('postgres') && works(pid, data) ? pid : undefined;
}

/** Stops a postmaster that outlived its parent, and removes the pid file of one that did not. */
export async function stopLeftover(data: string, log?: { warn(message: string): void }): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = liveProcess(data);
  if (pid === undefined) {
    log?.warn('Postgres was not stopped cleanly last time: its leftover postmaster.pid is removed, it recovers from its log');
    rmSync(file, { force: true });
    return;
  }
  log?.warn(`a Postgres of an earlier run (process ${pid}) still serves this folder: stopping it`);
  for (const [signal, waitMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      /* it has just ended */
    }
    const untilMs = Date.now() + waitMs;
    while (Date.now() < untilMs) {
      if (!works(pid, data)) {
        if (signal === 'SIGKILL') rmSync(file, { force: true });
        return;
      }
      await sleep(50);
    }
  }
  throw new DatabaseError('postgres-failed', `a Postgres of an earlier run (process ${pid}) cannot be stopped`);
}
