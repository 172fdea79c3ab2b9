/** What happens to the database while the chain is written into it: it stops, is away, hangs, takes nothing, and is cut off at a COMMIT. */
import { spawnSync } from 'node:child_process';
import { connect } from '../src/node/db/index.ts';
import { until } from '../test/kit/until.ts';
import { startCommitCutter } from './commit-cutter.ts';
import { expectThat, type Fault } from './fault.ts';
import { BEFORE, type Indexed, killed, withIndexer } from './indexed.ts';

const AWAY_MS = 60_000;
const HANGS_MS = 6_000;
/** The longest pause between two tries is a second and a half; the rest is for a busy machine. */
const SOON_MS = 45_000;
const CUTS = ['before', 'after', 'before', 'after'] as const;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Goes by the superuser's URL. */
async function asSuper(url: string, statements: readonly string[]): Promise<void> {
  const sql = connect({ url, max: 1, application: 'fault' });
  try {
    for (const statement of statements) await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const runsStill = (run: ReturnType<Indexed['start']>): void =>
  expectThat(run.child.exitCode === null && run.child.signalCode === null, `the indexer ended: ${run.text().slice(-600)}`);

/** Postgres ends at once, as in a crash, in the middle of writing, and is started again `afterMs` later. */
const stopped = (afterMs: number) => (): Promise<string> =>
  withIndexer(
    async ({ start, reaches, grow, server, isWhole }) => {
      const run = start();
      await reaches(BEFORE);
      grow();
      await reaches(BEFORE + 3);
      process.kill(server.pid(), 'SIGQUIT'); // what `pg_ctl stop -m immediate` sends
      await run.says('database-away', SOON_MS);
      await wait(afterMs);
      runsStill(run);
      await server.again();
      await isWhole(run);
      return `the same process went on after ${afterMs / 1000} s, to the tables of a calm index`;
    },
    { ownServer: true },
  );

/** Postgres answers nobody, and keeps every connection. */
const hangs = (): Promise<string> =>
  withIndexer(
    async ({ start, reaches, grow, server, isWhole }) => {
      const run = start();
      await reaches(BEFORE);
      const family = [server.pid(), ...childrenOf(server.pid())];
      for (const pid of family) process.kill(pid, 'SIGSTOP');
      grow();
      await wait(HANGS_MS);
      for (const pid of family) process.kill(pid, 'SIGCONT');
      runsStill(run);
      await isWhole(run);
      return `stood still for ${HANGS_MS / 1000} s with it, and went on`;
    },
    { ownServer: true },
  );

/** Postgres answers and takes nothing, as a standby does, or a server whose disk its host has closed. */
const readOnly = (): Promise<string> =>
  withIndexer(
    async ({ start, reaches, grow, height, server, isWhole }) => {
      const run = start();
      await reaches(BEFORE);
      await asSuper(server.superUrl, ['alter system set default_transaction_read_only = on', 'select pg_reload_conf()']);
      await wait(500); // its processes hear of it one by one
      grow();
      await run.says('trying again', SOON_MS);
      const stands = await height();
      runsStill(run);
      await asSuper(server.superUrl, ['alter system reset default_transaction_read_only', 'select pg_reload_conf()']);
      await isWhole(run);
      return `waited at block ${stands}, and went on`;
    },
    { ownServer: true },
  );

/** The connection is cut just before a COMMIT is heard, and just before its answer is. */
const cutAtCommit = (): Promise<string> =>
  withIndexer(async ({ start, reaches, grow, urls, isWhole }) => {
    const url = new URL(urls.indexer);
    const cutter = await startCommitCutter(Number(url.port), 'chain.cursor');
    try {
      url.port = String(cutter.port);
      const run = start({ databaseUrl: url.href });
      await reaches(BEFORE);
      grow();
      for (const [i, where] of CUTS.entries()) {
        cutter.cut = where;
        await until(() => cutter.cuts === i + 1, SOON_MS, `a cut ${where} COMMIT`);
      }
      runsStill(run);
      await isWhole(run);
      return `cut ${CUTS.join(', ')} COMMIT: nothing missing, nothing twice`;
    } finally {
      await cutter.stop();
    }
  });

/** Two indexers are started on one database, and the one that is ahead is killed. */
const twice = (): Promise<string> =>
  withIndexer(async ({ start, reaches, grow, isWhole }) => {
    const [first, second] = [start(), start()];
    await reaches(BEFORE);
    grow();
    await reaches(BEFORE + 10);
    runsStill(first);
    runsStill(second);
    await killed(first);
    await isWhole(second);
    return 'they took turns, one was killed, the other went on alone';
  });

/** A process's children, all of Postgres' that are there. */
function childrenOf(pid: number): number[] {
  return spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
}

export const database: readonly Fault[] = [
  {
    quick: true,
    name: 'database-stopped',
    does: 'Postgres crashes under the indexer and is started again: the same tables',
    run: stopped(0),
  },
  { quick: false, name: 'database-away', does: 'Postgres is away for a minute: the indexer waits and goes on', run: stopped(AWAY_MS) },
  { quick: true, name: 'database-hangs', does: 'Postgres is suspended with its connections: the indexer goes on with it', run: hangs },
  { quick: true, name: 'database-read-only', does: 'Postgres takes nothing: the indexer waits, and ends not', run: readOnly },
  { quick: true, name: 'commit-cut', does: 'the connection is cut before COMMIT and before its answer: nothing twice', run: cutAtCommit },
  { quick: true, name: 'indexed-twice', does: 'two indexers on one database, one is killed: the same tables', run: twice },
];
