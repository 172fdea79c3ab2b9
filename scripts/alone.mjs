/**
 * One set-up of a clone at a time: two that start at once (two communities, a test and a start) must not install or build into one folder.
 * The second waits for the first, and then finds the work done. Depends on nothing but Node itself, as what is set up may not be there yet.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

/** A lock that its owner has not touched for so long is nobody's any more, whoever has its owner's number now. */
const STALE_MS = 120_000;
const TOUCH_MS = 1_000;
const LOOK_MS = 200;

/** Lines: the machine or container, then the processes that are at it: the owner, and what it started, which may outlive it. */
const ownersOf = (lock) => join(lock, 'owners');

function lives(pid) {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH'; // another user's
  }
}

/** Whether all that were at it have ended without giving it back, as far as that can be asked: not of another machine or container. */
function isLeft(lock) {
  try {
    const [host, ...pids] = readFileSync(ownersOf(lock), 'utf8').trim().split('\n');
    return host === hostname() && pids.length > 0 && !pids.some(lives);
  } catch {
    return false; // no name in it yet: it counts by its times alone
  }
}

/** Takes away just the lock that was looked at: another's, made since, is put back. */
function remove(lock, seenMs) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (statSync(aside).mtimeMs === seenMs) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, lock);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error; // somebody else took it away
  }
}

function taken(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const seenMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    // A clock that was set back makes a lock that was left look young for as long: its times may differ either way.
    if (seenMs !== undefined && (isLeft(lock) || Math.abs(Date.now() - seenMs) > STALE_MS)) remove(lock, seenMs);
    return false;
  }
  try {
    writeFileSync(ownersOf(lock), `${hostname()}\n${process.pid}\n`);
    return true;
  } catch (error) {
    rmSync(lock, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Does `work` unless `isDone`, as the only one that holds `lock` (a folder outside of whatever the work replaces). `work` is given what
 * notes the number of each process that it starts: where we are killed and it goes on, the lock is still its. `say` hears once, where
 * somebody else is at it, that this is waited for.
 */
export async function alone(lock, { isDone, work, say }) {
  if (isDone()) return;
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = false; !taken(lock); waited = true) {
    if (!waited) say(`· another set-up of this folder is at it; waiting for it to end (${lock})\n`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const touching = setInterval(() => utimesSync(lock, new Date(), new Date()), TOUCH_MS);
  try {
    if (!isDone()) await work((pid) => appendFileSync(ownersOf(lock), `${pid}\n`));
  } finally {
    clearInterval(touching);
    rmSync(lock, { recursive: true, force: true });
  }
}
