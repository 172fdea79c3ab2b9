/**
 * The books' process: opens what the index brings, takes days through their states, sends what the node has to say. It wakes at the
 * indexer's notification and at least every 250 ms; each part fails and recovers on its own, so that a vault that is away holds up no
 * anchor. It keeps nothing in memory that matters: killed at any moment, it goes on from what Postgres holds.
 */
import { notProduction } from '../../protocol/genesis/index.ts';
import { growingMs } from '../../protocol/values/backoff.ts';
import type { Sql } from '../db/index.ts';
import { assertSchemaVersion, chainHead, connect, isRetryable } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import { type BooksSigner, connectSigner } from '../signer/client.ts';
import { connectVault } from '../vault/client.ts';
import { Bell } from './bell.ts';
import { BooksFatal } from './errors.ts';
import { anyGenesisOf, isSharedChain } from './intake/chain-view.ts';
import { openNext, reopenUnknown } from './intake/open.ts';
import { noteForeignKeys } from './intake/sealing-alarm.ts';
import { sendOutbox, settleOutbox } from './outbox.ts';
import type { PipelineOptions } from './pipeline.ts';
import { advanceDays, draftCorrections, exchangeOf } from './pipeline.ts';
import { proveBooks } from './prove.ts';
import { notePeriods } from './shared/periods.ts';
import { sendSettlements } from './shared/settle.ts';

export type BooksOptions = Omit<PipelineOptions, 'sql'> & {
  /** of role electra_books */
  databaseUrl: string;
  vaultSocket: string;
  signerSocket: string;
  /** book a chain that is fit for development alone; otherwise it is refused */
  development: boolean;
  signal: AbortSignal;
};

const POLL_MS = 250;
const REOPEN_MS = 5_000;
const CORRECT_MS = 1_000;
const BACKOFF_MS_MAX = 5_000;
const CHANNEL = 'electra_chain';

/** Runs until `signal` aborts. Throws what trying again cannot help: a schema of another version, books of another chain. */
export async function runBooks(options: BooksOptions): Promise<void> {
  const { databaseUrl, log, exchange } = options;
  const failed = new AbortController(); // one part that cannot go on ends them all
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const sql = connect({ url: databaseUrl, max: 6, application: 'electra books' });
  const vault = connectVault(options.vaultSocket);
  const signer = connectSigner(options.signerSocket);
  const bell = new Bell(signal);
  try {
    await patiently(() => assertSchemaVersion(sql), signal, log);
    const assertProduction = productionOnly(sql, options.development);
    const assertKind = kindOnly(sql, options);
    const guarded = (run: () => Promise<number>) => async () => {
      await assertSameChain(sql);
      await assertKind();
      await assertProduction();
      return run();
    };
    const ring = () => bell.ring();
    void sql.listen(CHANNEL, ring, ring).catch(() => {}); // polling goes on without it
    const work: Part[] = [
      { name: 'opening statements', run: guarded(() => openNext(sql, vault, 'statement')) },
      { name: 'opening reports', run: guarded(() => openNext(sql, vault, 'report')) },
      { name: 'the days', run: guarded(() => advanceDays({ ...options, sql })) },
      { name: 'corrections', everyMs: CORRECT_MS, run: guarded(() => draftCorrections({ ...options, sql })) },
      { name: 'sending', run: guarded(async () => (await settleOutbox(sql)) + (await sendOutbox(sql, signer, log))) },
      { name: 'having books proven', run: guarded(() => proveBooks(sql, signer, log)) },
      ...(exchange ? settling({ sql, signer, guarded }, options) : []),
      { name: 'comparing sealing keys', everyMs: REOPEN_MS, run: guarded(() => noteForeignKeys(sql, vault).then(() => 0)) },
      {
        name: 'asking again',
        everyMs: REOPEN_MS,
        run: guarded(async () => (await reopenUnknown(sql, vault, 'statement')) + (await reopenUnknown(sql, vault, 'report'))),
      },
    ];
    log.info({}, 'books ready');
    await Promise.all(work.map((part) => loop(part, bell, signal, log)));
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    failed.abort();
    vault.close();
    signer.close();
    await sql.end({ timeout: 5 }).catch(() => {});
  }
}

/** What an exchange does besides: sums of periods that are over, and their settlement. */
function settling(
  { sql, signer, guarded }: { sql: Sql; signer: BooksSigner; guarded: (run: () => Promise<number>) => () => Promise<number> },
  options: BooksOptions,
): Part[] {
  const { log, onDrafted } = options;
  const { builders } = exchangeOf(options);
  return [
    { name: 'periods', everyMs: CORRECT_MS, run: guarded(() => notePeriods({ sql, builders, onNoted: onDrafted, log })) },
    { name: 'settling', everyMs: CORRECT_MS, run: guarded(() => sendSettlements(sql, signer, log)) },
  ];
}

interface Part {
  name: string;
  run(): Promise<number>;
  everyMs?: number;
}

/** Runs a part until the signal aborts: again at once while it did something, else after its own pause, or when the bell rings. */
async function loop({ name, run, everyMs }: Part, bell: Bell, signal: AbortSignal, log: Log): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const known = bell.rings;
    try {
      const done = await run();
      if (failures > 0) log.info({}, `${name}: goes on`);
      failures = 0;
      if (done > 0) bell.ring();
      else if (everyMs) await sleep(everyMs, signal);
      else await bell.wait(known, POLL_MS);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof BooksFatal) throw error;
      tell(error, name, ++failures, log);
      await sleep(backoffMs(failures), signal);
    }
  }
}

const backoffMs = (failures: number): number => growingMs(failures, POLL_MS, BACKOFF_MS_MAX);

const AWAY = new Set(['unreachable', 'chain-unreachable', '42P01']); // 42P01: the index is just being reset

function tell(error: unknown, name: string, failures: number, log: Log): void {
  const { code, message } = error as { code?: string; message?: string };
  if (isRetryable(error) || (code !== undefined && AWAY.has(code))) {
    if (failures === 1) log.warn({ code }, `${name}: waiting (${message})`);
  } else if (failures === 1 || failures % 60 === 0) log.error({ code }, `${name}: ${message}`);
}

/** The first chain that these books see is theirs for good. */
export async function assertSameChain(sql: Sql): Promise<void> {
  const head = await chainHead(sql);
  if (!head) return;
  const find = async () => (await sql<{ chain_id: string }[]>`select chain_id from books.chain`)[0];
  let row = await find();
  if (!row) {
    await sql`insert into books.chain (chain_id) values (${head.chainId}) on conflict do nothing`;
    row = await find(); // somebody else's, if it was faster
  }
  if (row.chain_id !== head.chainId)
    throw new BooksFatal(
      'wrong-chain',
      `these books are of chain ${row.chain_id}, the index is of ${head.chainId}: give the other chain a database of its own`,
    );
}

/** Books that were made for production keep no other chain's days. Genesis never changes, so it is asked once. */
export function productionOnly(sql: Sql, development: boolean): () => Promise<void> {
  let known = development;
  return async () => {
    if (known || !(await chainHead(sql))) return;
    const sentence = notProduction(await anyGenesisOf(sql));
    if (sentence !== null) throw new BooksFatal('development-chain', `${sentence} (refused: this data folder was made for production)`);
    known = true;
  };
}

/** Books of an exchange are those of a chain of communities, and the other way round. Asked once there is a genesis. */
export function kindOnly(sql: Sql, options: Pick<BooksOptions, 'exchange'>): () => Promise<void> {
  let known = false;
  return async () => {
    if (known || !(await chainHead(sql))) return;
    if (await isSharedChain(sql)) exchangeOf(options);
    else if (options.exchange) throw new BooksFatal('wrong-chain', 'this is an exchange node, and the chain is a community’s own');
    known = true;
  };
}

async function patiently(work: () => Promise<void>, signal: AbortSignal, log: Log): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || signal.aborted) throw error;
      if (failures === 0) log.warn({}, 'waiting for Postgres');
      await sleep(backoffMs(failures + 1), signal);
      signal.throwIfAborted();
    }
  }
}
