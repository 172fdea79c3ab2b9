/**
 * A folder into which files come: each is taken once, when it has stopped growing. What is wrong in a file is said once, until it changes;
 * all else is tried again. A folder that goes away, as one of a network does, is waited for.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../../node/shared/wait.ts';
import { CliError } from '../../errors.ts';

export interface Watching {
  /** Takes one file. */
  take: (file: string) => Promise<void>;
  /** whether no second try makes a file better */
  isFinal: (error: unknown) => boolean;
  say: (line: string) => void;
  explain: (error: unknown) => string;
  signal?: AbortSignal;
  everyMs?: number;
  /** until a file is tried again */
  againMs?: number;
  /** how long a file whose last line has no end must rest: it may be torn in the middle of a price */
  unendedMs?: number;
}

/** A file in the folder: how it looked last and since when, and when to take it; never once it was taken, or cannot be. */
interface Watched {
  state: string;
  sinceMs: number;
  dueMs: number;
}

/** @throws CliError where there is no such folder at the beginning */
export async function watchFolder(folder: string, watching: Watching): Promise<void> {
  const { say, everyMs = 5_000, signal = new AbortController().signal } = watching;
  const seen = new Map<string, Watched>();
  let away = false;
  filesOf(folder);
  say(`watching ${folder}`);
  for (; !signal.aborted; await sleep(everyMs, signal)) {
    try {
      const names = filesOf(folder);
      for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
      for (const name of names) await look(join(folder, name), name, seen, watching);
      if (away) say(`${folder} is back`);
      away = false;
    } catch (error) {
      if (!away) say(`electra: ${watching.explain(error)}; waiting for it`);
      away = true;
    }
  }
}

async function look(file: string, name: string, seen: Map<string, Watched>, watching: Watching): Promise<void> {
  const { unendedMs = 60_000 } = watching;
  const nowMs = Date.now();
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) return;
  const state = `${stat.size} ${stat.mtimeMs}`;
  const before = seen.get(name);
  if (before?.state !== state) seen.set(name, { state, sinceMs: nowMs, dueMs: nowMs });
  else if (nowMs >= before.dueMs && (isEnded(file) || nowMs - before.sinceMs >= unendedMs)) before.dueMs = await taken(file, watching);
}

/** @returns when to try it again */
async function taken(file: string, { take, isFinal, say, explain, againMs = 60_000 }: Watching): Promise<number> {
  say(file);
  try {
    await take(file);
    return Number.POSITIVE_INFINITY;
  } catch (error) {
    say(`electra: ${explain(error)}`);
    return isFinal(error) ? Number.POSITIVE_INFINITY : Date.now() + againMs;
  }
}

/** JSON that is torn is none; of lines nobody can tell but by the end of the last. */
function isEnded(file: string): boolean {
  if (/\.json$/i.test(file)) return true;
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const last = Buffer.alloc(1);
    const { size } = fstatSync(handle);
    return size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && (last[0] === 0x0a || last[0] === 0x0d);
  } catch {
    return true; // what is wrong with it, taking it says
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.(?:csv|json|txt)$/i.test(name) && !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw new CliError(`--watch: ${folder} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}
