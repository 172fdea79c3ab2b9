/** A day of `village` through the queue: 99 bills and the clearing, from the transaction that wants them to the last proof stored. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Sql } from '../src/node/db/index.ts';
import { connect } from '../src/node/db/index.ts';
import { KEYS_DIR } from '../src/node/processes/paths.ts';
import { startProofQueue } from '../src/node/proofs/index.ts';
import { startTestPostgres } from '../test/kit/postgres.ts';
import { billSignals, clearingSignals, day } from './day.ts';

const BILLS = 99;
const PROVER = fileURLToPath(new URL('../test/kit/proofs/run-prover.ts', import.meta.url));
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function startProver(databaseUrl: string): { child: ChildProcess; ready: Promise<void> } {
  const child = fork(PROVER, [databaseUrl, KEYS_DIR], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let log = '';
  const ready = new Promise<void>((resolve) =>
    child.stdout!.on('data', (chunk) => {
      log += chunk;
      if (log.includes('prover ready')) resolve();
    }),
  );
  return { child, ready };
}

async function draft(books: Sql): Promise<void> {
  const hash = randomBytes(32);
  const row = (part: string, i: number): object => ({
    ...{ id: `${hash.toString('hex')}:${part}`, circuit: part === 'clearing' ? part : 'day-bill', day, version: 1, book_hash: hash },
    ...{
      meter: part === 'clearing' ? null : part,
      signals: books.json(part === 'clearing' ? clearingSignals : billSignals[i % billSignals.length]),
    },
  });
  const rows = [...Array.from({ length: BILLS }, (_, i) => row(`meter-${i}`, i)), row('clearing', 0)];
  await books`insert into prove.input ${books(rows as Record<string, never>[])}`;
}

/** Seconds. */
export async function villageDay(): Promise<number> {
  const database = await startTestPostgres();
  const books = connect({ url: database.urls.books, application: 'bench books' });
  const queue = await startProofQueue({ databaseUrl: database.urls.books, log: silent });
  const provers = Array.from({ length: availableParallelism() }, () => startProver(database.urls.prover));
  try {
    await Promise.all(provers.map(({ ready }) => ready));
    const startMs = performance.now();
    await draft(books);
    await queue.kick();
    for (;;) {
      const [{ n }] = await books<{ n: number }[]>`select count(*)::int as n from prove.proof`;
      if (n === BILLS + 1) return (performance.now() - startMs) / 1000;
      await sleep(50);
    }
  } finally {
    for (const { child } of provers) child.kill('SIGKILL');
    await queue.stop();
    await books.end();
    await database.stop();
  }
}
