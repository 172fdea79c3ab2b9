/** A whole community as a real process, on a copy of a folder that is through its two days; the folder is made once a run. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { electra, scratch } from '../test/kit/electra.ts';
import { until } from '../test/kit/until.ts';
import { expectThat } from './fault.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const BIN = join(ROOT, 'bin/electra.mjs');
const START_MS = 180_000;
const STOP_MS = 60_000;
export const RUNNING_ON = 'Running on with the present';
export const STOPPED = 'nothing is left running';

let made: Promise<string> | undefined;

async function make(): Promise<string> {
  const folder = scratch('faults');
  process.on('exit', folder.remove);
  const data = join(folder.dir, 'base');
  const { code, out, err } = await electra('up', '--once', '--data', data, '--port', String(await getPort()));
  expectThat(code === 0, `the community to begin with was not made (${code}): ${err}${out.slice(-500)}`);
  return data;
}

export const copyAll = (from: string, to: string): void => {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  expectThat(status === 0, `cp: ${stderr}`);
};

/** Gives `work` a folder of its own in which `data` is such a community, and removes it afterwards. */
export async function withCommunity<T>(work: (data: string) => Promise<T>): Promise<T> {
  made ??= make();
  const base = await made;
  const folder = scratch('fault');
  try {
    copyAll(base, join(folder.dir, 'data'));
    return await work(join(folder.dir, 'data'));
  } finally {
    folder.remove();
  }
}

export interface Run {
  child: ChildProcess;
  text: () => string;
  /** waits until it says so; throws with what it said when it ends before, or takes too long */
  says: (words: string, timeoutMs?: number, from?: number) => Promise<void>;
  ended: Promise<number>;
}

export async function up(data: string, ...options: string[]): Promise<Run> {
  const args = [BIN, 'up', '--data', data, '--port', String(await getPort()), ...options];
  return watch(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
}

export function watch(child: ChildProcess): Run {
  let [text, code]: [string, number | undefined] = ['', undefined];
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const ended = new Promise<number>((resolve) => {
    child.on('close', (exit) => {
      code = exit ?? 1;
      resolve(code);
    });
  });
  const says = async (words: string, timeoutMs = START_MS, from = 0): Promise<void> => {
    const isSaid = () => text.slice(from).includes(words);
    await until(() => isSaid() || code !== undefined, timeoutMs, words);
    expectThat(isSaid(), `expected "${words}", it ended with ${code}: ${text.slice(-800)}`);
  };
  return { child, text: () => text, says, ended };
}

/** Asks for an end; it must be an orderly one. */
export async function stop(run: Run): Promise<void> {
  run.child.kill('SIGTERM');
  await run.says(STOPPED, STOP_MS);
  await run.ended;
}

export function pidsOf(data: string): Record<string, number> {
  const file = join(data, 'run/pids.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
