/** A member's query beside a crowd of strangers: the API, the strangers and the member each in a process of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { graphql, signInWithKey } from '../../../src/node/api/client.ts';
import type { TestPostgres } from '../postgres.ts';
import { startTestPostgres } from '../postgres.ts';
import { fillCommunity } from './community.ts';
import { people } from './people.ts';

export interface Strangers {
  /** connections that say nothing */
  silent: number;
  /** that ask /ready without a pause */
  ready: number;
  /** that ask the schema about itself, fifteen times in one question */
  introspecting: number;
}

export interface Beside {
  /** milliseconds of each query that was answered, in order */
  quiet: number[];
  crowded: number[];
  /** queries of the member that were not answered, and why */
  failed: string[];
}

const QUERY =
  '{ member { bills(first: 2) { edges { node { day status amountNel } } } meters { edges { node { address lastReport { slot } } } } } }';
const PAUSE_MS = 15;
/** Until buckets are empty and connections have been turned away once. */
const CROWD_MS = 4_000;

interface Child {
  line: string;
  stop(): Promise<void>;
}

async function start(file: string, options: object): Promise<Child> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL(file, import.meta.url)), JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), ended])) as [unknown];
  if (typeof line !== 'string') throw new Error(`${file} ended with ${line}`);
  return {
    line,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

export const startApiProcess = (db: TestPostgres, { free = false, metrics = false } = {}): Promise<Child> =>
  start('./api-process.ts', { databaseUrl: db.urls.api, free, metrics });

/** From another address of this machine than the member's, where it has one. */
export const startStrangers = (url: string, strangers: Strangers): Promise<Child> =>
  start('./strangers-process.ts', { url, from: process.platform === 'linux' ? '127.0.0.2' : undefined, ...strangers });

export async function besideStrangers(
  strangers: Strangers,
  { queries, free = false }: { queries: number; free?: boolean },
): Promise<Beside> {
  const db = await startTestPostgres();
  const running: Child[] = [];
  try {
    await fillCommunity(db, Date.now());
    running.push(await startApiProcess(db, { free }));
    const url = running[0].line;
    const { token } = await signInWithKey({ url, privKey: people.alice.privKey });
    const failed: string[] = [];
    const ask = async (): Promise<number[]> => {
      const times: number[] = [];
      for (let i = 0; i < queries; i++) {
        const beganMs = performance.now();
        await graphql({ url }, QUERY, {}, token).then(
          () => times.push(performance.now() - beganMs),
          (error: Error) => failed.push(error.message),
        );
        await sleep(PAUSE_MS);
      }
      return times;
    };
    await ask(); // warm
    const quiet = await ask();
    running.push(await startStrangers(url, strangers));
    await sleep(CROWD_MS);
    const crowded = await ask();
    return { quiet, crowded, failed };
  } finally {
    for (const child of running.reverse()) await child.stop();
    await db.stop();
  }
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
