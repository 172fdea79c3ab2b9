/**
 * A prover process: takes jobs from Postgres, reads the private inputs, proves, stores the proofs, a few at a time until stopped. Run one
 * per core; they may run on other machines, with the role electra_prover and nothing but the keys folder.
 *
 * The proof is inserted and the private input deleted in one statement. So a prover may be killed at any moment: either both happened or
 * neither did, and the job comes back (queue.ts). A row that is gone when the job arrives was proven before, or belonged to a draft that
 * was redrawn: both are done.
 */
import type { Job, JobResult } from 'pg-boss';
import type { Registry } from 'prom-client';
import type { Sql } from '../db/index.ts';
import { assertSchemaVersion, connect, isRetryable } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import type { AnyCircuitName } from './circuits.ts';
import { CIRCUITS } from './circuits.ts';
import { ProverError } from './errors.ts';
import { ProverMetrics } from './metrics.ts';
import type { Proven, Prover, Statement } from './prover.ts';
import { createProver } from './prover.ts';
import type { ProveJob } from './queue.ts';
import { BOSS_SCHEMA, PROVE_QUEUE, proverBoss } from './queue.ts';

export interface ProverOptions {
  /** role electra_prover */
  databaseUrl: string;
  /** circuits/keys or the like */
  keysDir: string;
  /** stops after the proof at hand */
  signal: AbortSignal;
  log: Log;
  /** electra-prove, if another one than was built with the chain; `null`: none */
  binary?: string | null;
  /** whose keys are loaded and told at the start; default: a community's */
  circuits?: readonly AnyCircuitName[];
  registry?: Registry;
}

interface Told {
  log: Log;
  metrics: ProverMetrics;
}

/**
 * Some jobs at a time: their proofs are verified as one batch, for little more than the price of one. A full batch is followed by the next
 * without a pause, so that proofs are not made at the rate at which the queue is looked at.
 */
const WORK = { pollingIntervalSeconds: 0.5, batchSize: 4, burstWhenBatchFull: true, perJobResults: true } as const;

interface Wanted extends Statement {
  id: string;
}

/** What became of a wanted proof: `true`, it is stored; `false`, there was nothing (left) to do; else why there is none. */
type Outcome = boolean | Error;

/** Proves inputs, several together. */
async function proveInputs(sql: Sql, prover: Prover, ids: readonly string[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>(ids.map((id) => [id, false]));
  const wanted = await sql<Wanted[]>`select id, circuit, signals from prove.input where id in ${sql(ids)}`;
  const startMs = performance.now();
  const proven = await prover.proveAll(wanted);
  const eachMs = Math.round((performance.now() - startMs) / wanted.length);
  await Promise.all(
    wanted.map(async ({ id }, i) => {
      const result = proven[i];
      outcomes.set(
        id,
        result.status === 'rejected' ? result.reason : await store(sql, id, result.value, eachMs).catch((error: Error) => error),
      );
    }),
  );
  return outcomes;
}

async function store(sql: Sql, id: string, { proof }: Proven, durationMs: number): Promise<boolean> {
  const stored = await sql`
    with input as (delete from prove.input where id = ${id} returning id, circuit, day, version, meter, book_hash)
    insert into prove.proof (id, circuit, day, version, meter, book_hash, proof, duration_ms)
    select id, circuit, day, version, meter, book_hash, ${sql.json(proof as never)}, ${durationMs}::int from input
    on conflict (id) do nothing`;
  return stored.count > 0;
}

/** Proves one input. Returns false when there is nothing (left) to do. */
export async function proveInput(sql: Sql, prover: Prover, id: string): Promise<boolean> {
  const outcome = (await proveInputs(sql, prover, [id])).get(id);
  if (outcome instanceof Error) throw outcome;
  return outcome === true;
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
  isRetryable(error) || ['schema-outdated', 'no-queue'].includes((error as { code?: string }).code ?? '');

/** The queue's tables and the queue are the books' to make. @throws ProverError `no-queue` */
async function assertQueue(sql: Sql): Promise<void> {
  const [{ there }] = await sql<{ there: boolean }[]>`select to_regclass(${`${BOSS_SCHEMA}.queue`}) is not null as there`;
  if (!there) throw new ProverError('no-queue', `the books have not made the queue ${PROVE_QUEUE} yet`);
}

async function openQueue(options: ProverOptions): Promise<ReturnType<typeof proverBoss> | undefined> {
  return untilReady(
    async () => {
      const boss = proverBoss(options.databaseUrl);
      boss.on('error', (error) => options.log.warn({ code: (error as { code?: unknown }).code }, `prover: ${error.message}`));
      try {
        await boss.start();
        if (!(await boss.getQueue(PROVE_QUEUE))) throw new ProverError('no-queue', `there is no queue ${PROVE_QUEUE} yet`);
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
  const { databaseUrl, keysDir, circuits = CIRCUITS, signal, log } = options;
  const metrics = new ProverMetrics(options.registry);
  const prover = await createProver(keysDir, { binary: options.binary, warn: (fields, message) => log.warn(fields, message) });
  const keys: Partial<Record<AnyCircuitName, string>> = {};
  for (const circuit of circuits) keys[circuit] = await prover.keyId(circuit);
  const sql = connect({ url: databaseUrl, max: 2, application: 'electra prover' });
  try {
    await untilReady(() => assertSchemaVersion(sql), curableAtStart, options);
    await untilReady(() => assertQueue(sql), curableAtStart, options);
    const boss = await openQueue(options);
    if (!boss) return;
    log.info({ keys, engine: prover.engine }, 'prover ready');
    await boss.work<ProveJob, unknown, typeof WORK>(PROVE_QUEUE, WORK, (jobs) => handle(sql, prover, jobs, { log, metrics }));
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await boss.stop({ graceful: true, close: true, timeout: 10_000 });
  } finally {
    prover.close();
    await sql.end({ timeout: 2 });
  }
}

/** Proves what a batch of jobs asks for and says of each how it ended. */
async function handle(sql: Sql, prover: Prover, jobs: readonly Job<ProveJob>[], { log, metrics }: Told): Promise<JobResult[]> {
  const startMs = performance.now();
  const outcomes = await proveInputs(
    sql,
    prover,
    jobs.map((job) => job.data.id),
  ).catch((error: Error) => error);
  const ms = Math.round((performance.now() - startMs) / jobs.length);
  return jobs.map((job) => {
    const { id } = job.data;
    const outcome = outcomes instanceof Error ? outcomes : outcomes.get(id);
    metrics.ended(prover.engine, outcome);
    if (outcome instanceof Error) return { id: job.id, status: 'failed', output: { message: explained(id, outcome, log) } };
    log.info({ id, ms }, outcome ? 'proven' : 'nothing left to prove');
    return { id: job.id, status: 'completed' };
  });
}

/**
 * What is written down of a failure. The message is ours (a ProverError quotes no signal); a database error's may quote a row, so only its
 * code is.
 */
function explained(id: string, error: Error, log: Log): string {
  const code = (error as { code?: unknown }).code;
  const ours = error instanceof ProverError;
  log.error({ id, code }, ours ? error.message : 'proof not stored, the job will be tried again');
  return ours ? error.message : `proof not stored (${String(code)})`;
}
