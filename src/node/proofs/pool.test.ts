/** The pool with a real Postgres, the real queue and real proofs, in processes of their own. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { keysFolder } from '../../../circuits/scripts/compile.ts';
import { realBills, realBookHash, realClearing } from '../../../circuits/testing/real-day.ts';
import type { TestPostgres } from '../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../test/kit/postgres.ts';
import type { Signals } from '../../protocol/day/witness.ts';
import { decodeVerificationKey, verifyBatch } from '../../reader/verifier/index.ts';
import type { Sql } from '../db/index.ts';
import { connect } from '../db/index.ts';
import { PROVER_BINARY } from './engine.ts';
import { clearingInput, dayBillInput, dayBillPublic } from './inputs.ts';
import { proveInput } from './pool.ts';
import { createProver, systemRandom } from './prover.ts';
import type { ProofQueue } from './queue.ts';
import { booksBoss, enqueueProofs, PROVE_QUEUE, startProofQueue, sweepProofs } from './queue.ts';

const script = fileURLToPath(new URL('../../../test/kit/proofs/run-prover.ts', import.meta.url));
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

vi.setConfig({ testTimeout: 180_000 }); // real proofs, on a machine that may be busy

let database: TestPostgres;
let books: Sql;
let queue: ProofQueue;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  database = await startTestPostgres();
  books = connect({ url: database.urls.books, application: 'test books' });
  queue = await startProofQueue({ databaseUrl: database.urls.books, log: silent, sweepMs: 500 });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await books`delete from prove.input`;
  await books`delete from prove.proof`;
});
afterAll(async () => {
  await queue?.stop();
  await books?.end();
  await database?.stop();
});

interface Entry {
  level: string;
  message: string;
  id?: string;
  code?: string;
}
interface ProverProcess {
  child: ChildProcess;
  log: Entry[];
  said(message: string): Promise<void>;
  exited: Promise<number | NodeJS.Signals | null>;
}

function startProver(binary: string[] = []): ProverProcess {
  const child = fork(script, [database.urls.prover, keysFolder, ...binary], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  children.add(child);
  const log: Entry[] = [];
  let rest = '';
  child.stdout!.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) log.push(JSON.parse(line) as Entry);
  });
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('exit', (code, signal) => {
      children.delete(child);
      resolve(signal ?? code);
    }),
  );
  return { child, log, exited, said: (message) => until(() => log.some((entry) => entry.message === message)) };
}

async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 150_000): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error('waited in vain');
    await sleep(50);
  }
}

const bookHash = Buffer.from(realBookHash, 'hex');
const idOf = (part: string): string => `${realBookHash}:${part}`;
async function want(part: string, circuit: 'day-bill' | 'clearing', signals: Signals): Promise<string> {
  await books`insert into prove.input (id, circuit, day, version, meter, book_hash, signals)
    values (${idOf(part)}, ${circuit}, ${realClearing.day}, 1, ${circuit === 'clearing' ? null : part}, ${bookHash},
            ${books.json(signals)})`;
  return idOf(part);
}
const wantBill = (i: number): Promise<string> => want(realBills[i].id, 'day-bill', dayBillInput(realBills[i]));
const proofCount = async (): Promise<number> => (await books<{ n: number }[]>`select count(*)::int as n from prove.proof`)[0].n;
const inputCount = async (): Promise<number> => (await books<{ n: number }[]>`select count(*)::int as n from prove.input`)[0].n;
const liveJobs = async (): Promise<number> =>
  (await books<{ n: number }[]>`select count(*)::int as n from pgboss.job where name = ${PROVE_QUEUE} and state < 'completed'`)[0].n;

describe('a prover process', () => {
  test('proves what waits, deletes the private input with it, and ends cleanly when asked', async () => {
    await wantBill(0);
    await want('clearing', 'clearing', clearingInput(realClearing));
    const prover = startProver();
    await until(async () => (await proofCount()) === 2);
    expect(await inputCount()).toBe(0);
    const [{ proof, meter, book_hash: hash }] = await books`select proof, meter, book_hash from prove.proof where circuit = 'day-bill'`;
    expect([meter, Buffer.from(hash).toString('hex')]).toEqual([realBills[0].id, realBookHash]);
    const vk = decodeVerificationKey((await import('../../../circuits/keys/day-bill.vk.json', { with: { type: 'json' } })).default, 203);
    expect(await verifyBatch(vk, [{ id: 'bill', proof, publicInputs: dayBillPublic(realBills[0]) }], systemRandom)).toEqual({
      ok: true,
      bad: [],
    });
    prover.child.kill('SIGTERM');
    expect(await prover.exited).toBe(0);
  });

  test('killed mid-proof loses nothing: another one proves the same bill, once', async () => {
    const first = startProver();
    await first.said('prover ready');
    const id = await wantBill(1);
    await until(
      async () =>
        (await books`select from pgboss.job where name = ${PROVE_QUEUE} and state = 'active' and singleton_key = ${id}`).count === 1,
    );
    first.child.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    const killedMs = Date.now();
    expect([await proofCount(), await inputCount()]).toEqual([0, 1]);
    await until(
      async () =>
        (await books`select from pgboss.job where name = ${PROVE_QUEUE} and state = 'retry' and singleton_key = ${id}`).count === 1,
    );
    expect(Date.now() - killedMs).toBeLessThan(20_000); // 10 s without heartbeat, then the supervisor's next look
    startProver();
    await until(async () => (await proofCount()) === 1);
    expect(await inputCount()).toBe(0);
    await until(async () => (await liveJobs()) === 0);
  });

  test('whose electra-prove is killed mid-proof loses nothing either, and starts another', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'electra-pool-'));
    const [program, pids] = [join(folder, 'electra-prove'), join(folder, 'pids')];
    writeFileSync(program, `#!/bin/sh\necho $$ >> '${pids}'\nexec '${PROVER_BINARY}'\n`, { mode: 0o755 });
    const started = (): number[] => readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    const prover = startProver([program]);
    await prover.said('prover ready');
    const wanted = [await wantBill(8), await wantBill(9), await wantBill(10), await wantBill(11), await wantBill(12)];
    await until(
      async () =>
        (await books`select from pgboss.job where name = ${PROVE_QUEUE} and state = 'active' and singleton_key = any(${wanted})`).count > 0,
    );
    process.kill(started()[0], 'SIGKILL');
    await until(async () => (await proofCount()) === 5);
    expect([await inputCount(), started().length]).toEqual([0, 2]);
    expect(prover.log.find(({ level }) => level === 'warn')?.message).toBe('electra-prove ended by itself (SIGKILL)');
    rmSync(folder, { recursive: true });
  });

  test('goes on after an input that is false, naming it without a value', async () => {
    const signals = dayBillInput(realBills[2]);
    const bad = await want(realBills[2].id, 'day-bill', { ...signals, S: String(BigInt(signals.S as string) + 1n) });
    const prover = startProver();
    await until(() => prover.log.some((entry) => entry.level === 'error'));
    expect(prover.log.find((entry) => entry.level === 'error')).toEqual({
      level: 'error',
      id: bad,
      code: 'unsatisfied',
      message: 'day-bill: the inputs do not satisfy the circuit',
    });
    await wantBill(3);
    await until(async () => (await proofCount()) === 1);
    expect(await inputCount()).toBe(1);
    const told = JSON.stringify(await books`select data, output from pgboss.job where name = ${PROVE_QUEUE}`);
    for (const value of [signals.k, signals.blinding, signals.v]) expect(told.includes(value as string)).toBe(false);
  });
});

describe('jobs', () => {
  // The sweep of the tests above would offer jobs between two lines of these, or one of an input that was deleted while it looked.
  beforeAll(async () => {
    await queue.stop();
    queue = await startProofQueue({ databaseUrl: database.urls.books, log: silent, sweepMs: 3_600_000 });
    await books`delete from pgboss.job where name = ${PROVE_QUEUE}`;
  });

  test('are offered once per input, however often the sweep runs, and again when one was lost', async () => {
    const boss = booksBoss(database.urls.books);
    await boss.start();
    try {
      const ids = [await wantBill(4), await wantBill(5)];
      await queue.kick();
      expect(await sweepProofs(boss)).toBe(0);
      expect(
        await enqueueProofs(
          boss,
          ids.map((id) => ({ id, day: 1 })),
        ),
      ).toBe(0);
      expect((await books`select from pgboss.job where name = ${PROVE_QUEUE} and state = 'created'`).count).toBe(2);
      await books`delete from pgboss.job where name = ${PROVE_QUEUE} and singleton_key = ${ids[0]}`;
      expect(await sweepProofs(boss)).toBe(1);
    } finally {
      await boss.deleteAllJobs(PROVE_QUEUE);
      await boss.stop({ graceful: false });
    }
  });

  test('of older days come first, and within a day the clearing: a slow machine finishes one day after the other', async () => {
    const boss = booksBoss(database.urls.books);
    await boss.start();
    try {
      const wanted = [
        { id: 'new:clearing', day: 20_001 },
        { id: 'new:a', day: 20_001 },
        { id: 'old:a', day: 20_000 },
        { id: 'old:clearing', day: 20_000 },
      ];
      expect(await enqueueProofs(boss, wanted)).toBe(4);
      const rows =
        await books`select data ->> 'id' as id from pgboss.job where name = ${PROVE_QUEUE} and state = 'created' order by priority desc`;
      expect(rows.map(({ id }) => id)).toEqual(['old:clearing', 'old:a', 'new:clearing', 'new:a']);
    } finally {
      await boss.deleteAllJobs(PROVE_QUEUE);
      await boss.stop({ graceful: false });
    }
  });

  test('of a proven or redrawn input are done without work; a proof is stored once', async () => {
    const prover = await createProver(keysFolder);
    const sql = connect({ url: database.urls.prover, max: 2, application: 'test prover' });
    try {
      expect(await proveInput(sql, prover, idOf('nobody'))).toBe(false);
      const id = await wantBill(6);
      expect(await proveInput(sql, prover, id)).toBe(true);
      expect(await proveInput(sql, prover, id)).toBe(false);
      expect(await proofCount()).toBe(1);
      const racing = await wantBill(7);
      expect((await Promise.all([proveInput(sql, prover, racing), proveInput(sql, prover, racing)])).sort()).toEqual([false, true]);
      expect([await proofCount(), await inputCount()]).toEqual([2, 0]);
    } finally {
      await sql.end();
    }
  });
});

test("the prover's role reads no book, changes no input and deletes no proof", async () => {
  const sql = connect({ url: database.urls.prover, max: 1, application: 'test prover' });
  try {
    await expect(sql`select 1 from books.entry`).rejects.toMatchObject({ code: '42501' });
    await expect(sql`update prove.input set signals = '{}'`).rejects.toMatchObject({ code: '42501' });
    await expect(sql`delete from prove.proof`).rejects.toMatchObject({ code: '42501' });
    await expect(sql`create table pgboss.mine ()`).rejects.toMatchObject({ code: '42501' });
  } finally {
    await sql.end();
  }
});
