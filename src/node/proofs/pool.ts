/**
 * A prover process: takes jobs from Postgres, reads the private input, proves, stores the proof, one at a time until stopped. Run one per
 * core; they may run on other machines, with the role electra_prover and nothing but the keys folder.
 *
 * The proof is inserted and the private input deleted in one statement. So a prover may be killed at any moment: either both happened or
 * neither did, and the job comes back (queue.ts). A row that is gone when the job arrives was proven before, or belonged to a draft that
 * was redrawn: both are done.
 */
import { sleep } from '../shared/wait.ts';
import { assertSchemaVersion, connect, isRetryable } from '../db/index.ts';
import type { Sql } from '../db/index.ts';
import { ProverError } from './errors.ts';
import type { Signals } from '../../protocol/day/witness.ts';
import { createProver } from './prover.ts';
import type { CircuitName, Prover } from './prover.ts';
import { PROVE_QUEUE, proverBoss } from './queue.ts';
import type { Log } from '../shared/log.ts';
import type { ProveJob } from './queue.ts';

export interface ProverOptions {
  /** role electra_prover */
  databaseUrl: string;
  /** circuits/keys or the like */
  keysDir: string;
  /** stops after the proof at hand */
  signal: AbortSignal;
  log: Log;
}

/** Proves one input. Returns false when there is nothing (left) to do. */
export async function proveInput(sql: Sql, prover: Prover, id: string): Promise<boolean> {
  const [input] = await sql<{ circuit: CircuitName; signals: Signals }[]>`select circuit, signals from prove.input where id = ${id}`;
  if (!input) return false;
  const startMs = performance.now();
  const { proof } = await prover.prove(input.circuit, input.signals);
  const durationMs = Math.round(performance.now() - startMs);
  const stored = await sql`
    with input as (delete from prove.input where id = ${id} returning id, circuit, day, version, meter, book_hash)
    insert into prove.proof (id, circuit, day, version, meter, book_hash, proof, duration_ms)
    select id, circuit, day, version, meter, book_hash, ${sql.json(proof as never)}, ${durationMs}::int from input
    on conflict (id) do nothing`;
  return stored.count > 0;
}

/** Waits until `work` succeeds, the signal is given (undefined), or the error is one that waiting does not cure. */
async function untilReady<T>(
  work: () => Promise<T>,
  curable: (error: unknown) => boolean,
  { signal, log }: Pick<ProverOptions, 'signal' | 'log'>,
): Promise<T | undefined> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!curable(error)) throw error;
      if (tries % 20 === 0) log.info({ code: (error as { code?: unknown }).code }, `prover waits: ${(error as Error).message}`);
      await sleep(500, signal);
    }
  }
  return undefined;
}

// Before the books' first start the database may be down, unmigrated, or without the queue's tables.
const curableAtStart = (error: unknown): boolean =>
  isRetryable(error) ||
  (error as { code?: unknown }).code === 'schema-outdated' ||
  /^pg-boss (is not installed|database requires)|^Queue .* (does not exist|not found)/.test((error as Error).message ?? '');

async function openQueue(options: ProverOptions): Promise<ReturnType<typeof proverBoss> | undefined> {
  return untilReady(
    async () => {
      const boss = proverBoss(options.databaseUrl);
      boss.on('error', (error) => options.log.warn({ code: (error as { code?: unknown }).code }, `prover: ${error.message}`));
      try {
        await boss.start();
        if (!(await boss.getQueue(PROVE_QUEUE))) throw new Error(`Queue ${PROVE_QUEUE} does not exist`);
        return boss;
      } catch (error) {
        await boss.stop({ graceful: false, close: true }).catch(() => undefined);
        throw error;
      }
    },
    curableAtStart,
    options,
  );
}

/** Runs until the signal is given. Throws only what waiting cannot cure: unreadable key files, a newer database. */
export async function runProver(options: ProverOptions): Promise<void> {
  const { databaseUrl, keysDir, signal, log } = options;
  const prover = await createProver(keysDir);
  const keys = { dayBill: await prover.keyHash('day-bill'), clearing: await prover.keyHash('clearing') };
  const sql = connect({ url: databaseUrl, max: 2, application: 'electra prover' });
  try {
    await untilReady(() => assertSchemaVersion(sql), curableAtStart, options);
    const boss = await openQueue(options);
    if (!boss) return;
    log.info(keys, 'prover ready');
    await boss.work<ProveJob>(PROVE_QUEUE, { pollingIntervalSeconds: 0.5, batchSize: 1 }, ([job]) => handle(sql, prover, job.data.id, log));
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await boss.stop({ graceful: true, close: true, timeout: 10_000 });
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function handle(sql: Sql, prover: Prover, id: string, log: Log): Promise<void> {
  const startMs = performance.now();
  try {
    const proven = await proveInput(sql, prover, id);
    log.info({ id, ms: Math.round(performance.now() - startMs) }, proven ? 'proven' : 'nothing left to prove');
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    // The message is ours (a ProverError quotes no signal); a database error's may quote a row, so only its code is told.
    log.error({ id, code }, error instanceof ProverError ? error.message : 'proof not stored, the job will be tried again');
    throw new Error(error instanceof ProverError ? error.message : `proof not stored (${String(code)})`); // what pg-boss writes down
  }
}
