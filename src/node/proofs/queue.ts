/**
 * The queue between the books and the provers: pg-boss, in the schema that it owns (role electra_books).
 *
 * The truth is the table prove.input: a row there is a proof that is wanted, and it goes in the transaction that stores the proof. A job is
 * only a token that says "somebody is at it" and carries nothing but the row's id. So a job can be lost without harm: every few seconds the
 * sweep offers a job for each row, and the queue's policy (exclusive, by singletonKey) drops the offer where one is queued or active. The
 * same sweep is how work is enqueued at all.
 *
 * A prover that dies keeps its job active until heartbeats are missed (10 s, pg-boss' least); the supervisor here then returns it to the
 * queue. Jobs of a false statement fail again and again at growing distance, without end: the day stays unproven, and the log says which
 * bill.
 */
import { PgBoss } from 'pg-boss';
import type { Log } from '../shared/log.ts';

export const PROVE_QUEUE = 'prove';

/** A token that says which row somebody is at. */
export interface ProveJob {
  readonly id: string;
}

const QUEUE = {
  policy: 'exclusive',
  heartbeatSeconds: 10,
  expireInSeconds: 600,
  retryLimit: 1_000_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  deleteAfterSeconds: 3600,
} as const;

/** The schema that pg-boss owns. */
export const BOSS_SCHEMA = 'pgboss';
/**
 * Older days first, or a slow machine would never finish one; within a day the clearing, which takes the longest: started last it would
 * keep one core busy alone.
 */
const priorityOf = ({ day, id }: Wanted): number => -2 * day + (id.endsWith(':clearing') ? 1 : 0);

interface Wanted {
  id: string;
  day: number;
}

/** pg-boss of the books' process: owns the queue's tables and supervises the jobs. */
export const booksBoss = (databaseUrl: string): PgBoss =>
  new PgBoss({
    connectionString: databaseUrl,
    schema: BOSS_SCHEMA,
    application_name: 'electra prove queue',
    max: 2,
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    maintenanceIntervalSeconds: 600,
    registerInstance: false,
    reindex: false,
  });

/** pg-boss of a prover: takes jobs, changes nothing else. */
export const proverBoss = (databaseUrl: string): PgBoss =>
  new PgBoss({
    connectionString: databaseUrl,
    schema: BOSS_SCHEMA,
    application_name: 'electra prover',
    max: 2,
    createSchema: false,
    migrate: false,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });

/** Offers a job for each wanted proof (of prove.input); those that have one queued or active are left alone. Returns how many are new. */
export async function enqueueProofs(boss: PgBoss, wanted: readonly Wanted[]): Promise<number> {
  if (wanted.length === 0) return 0;
  const jobs = wanted.map((one) => ({ data: { id: one.id } satisfies ProveJob, singletonKey: one.id, priority: priorityOf(one) }));
  const made = await boss.insert(PROVE_QUEUE, jobs, { returnId: true });
  return made?.length ?? 0;
}

/** Offers a job for every row of prove.input. */
export async function sweepProofs(boss: PgBoss): Promise<number> {
  const { rows } = await boss.getDb().executeSql('select id, day from prove.input order by created_at, id');
  return enqueueProofs(boss, rows as Wanted[]);
}

export interface ProofQueue {
  /** Offers all waiting inputs now; call it after the transaction that drafted them. Failure is harmless: the sweep follows. */
  kick(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The books' end of the queue: makes it, supervises it, sweeps it. Survives a database that goes away for a while.
 * @param databaseUrl role electra_books
 */
export async function startProofQueue({
  databaseUrl,
  log,
  sweepMs = 5000,
}: {
  databaseUrl: string;
  log: Log;
  sweepMs?: number;
}): Promise<ProofQueue> {
  const boss = booksBoss(databaseUrl);
  boss.on('error', (error) => log.warn({ code: (error as { code?: unknown }).code }, `proof queue: ${error.message}`));
  await boss.start();
  await boss.createQueue(PROVE_QUEUE, QUEUE);
  await boss.updateQueue(PROVE_QUEUE, withoutPolicy(QUEUE));

  let running: Promise<void> = Promise.resolve();
  const kick = (): Promise<void> => {
    running = running.then(async () => {
      try {
        const count = await sweepProofs(boss);
        if (count > 0) log.info({ count }, 'proofs queued');
      } catch (error) {
        log.warn({ code: (error as { code?: unknown }).code }, `proof queue: ${(error as Error).message}`);
      }
    });
    return running;
  };
  await kick();
  const timer = setInterval(() => void kick(), sweepMs);
  return {
    kick,
    async stop() {
      clearInterval(timer);
      await running;
      await boss.stop({ graceful: false, close: true });
    },
  };
}

function withoutPolicy({ policy, ...options }: typeof QUEUE): Omit<typeof QUEUE, 'policy'> {
  return options;
}
