/** Runs the indexer in a test, and reads what it wrote. */
import { createHash } from 'node:crypto';
import pino from 'pino';
import type { Sql } from '../../src/node/db/index.ts';
import { connect } from '../../src/node/db/index.ts';
import type { IndexerOptions, IndexProgress } from '../../src/node/indexer/index.ts';
import { runIndexer } from '../../src/node/indexer/index.ts';

export interface IndexRun {
  /** the lines that it logged */
  lines: string[];
  /** resolves once the index stands at a height; rejects with the indexer's error */
  reached(height: number): Promise<IndexProgress>;
  /** the error that it ended with */
  failed: Promise<unknown>;
  stop(): Promise<void>;
}

export function startIndexer(options: Pick<IndexerOptions, 'rpcUrls' | 'databaseUrl'> & Partial<IndexerOptions>): IndexRun {
  const stop = new AbortController();
  const lines: string[] = [];
  const waiting = new Set<(progress: IndexProgress | undefined, error?: unknown) => void>();
  let last: IndexProgress | undefined;
  const log = pino(
    { level: 'debug' },
    {
      write: (line: string) => {
        lines.push(line);
      },
    },
  );
  const ended = runIndexer({
    log,
    development: true,
    signal: stop.signal,
    ...options,
    onProgress: (progress) => {
      last = progress;
      for (const waiter of waiting) waiter(progress);
    },
  });
  const failed = ended.then(
    () => undefined,
    (error: unknown) => {
      for (const waiter of waiting) waiter(undefined, error);
      return error;
    },
  );
  return {
    lines,
    failed,
    reached: (height) =>
      new Promise((resolve, reject) => {
        const waiter = (progress: IndexProgress | undefined, error?: unknown) => {
          if (error) reject(error);
          else if (progress && progress.height >= height) resolve(progress);
          else return;
          waiting.delete(waiter);
        };
        waiting.add(waiter);
        waiter(last);
      }),
    stop: async () => {
      stop.abort();
      await failed;
    },
  };
}

/**
 * Every table of the index, rows in order of id, without the time of writing: two indexes of one chain must agree on it. State proofs are
 * of the moment.
 */
export async function contentOf(sql: Sql): Promise<Record<string, unknown[]>> {
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables
    where schemaname = 'chain' and tablename not in ('evidence', 'light_block', 'frozen', 'proven_roster', 'log_proof', 'log_entry',
      'main_state', 'main_proof')
    order by tablename`;
  const content: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const rows = await sql.unsafe(
      `select to_jsonb(t) - 'updated_at' as row from chain.${name} t order by to_jsonb(t) ->> 'id', (to_jsonb(t) ->> 'height')::int`,
    );
    content[name] = rows.map(({ row }) => row);
  }
  return content;
}

export const hashOf = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');

/** Opens a connection as the indexer's role for the time of `work`. */
export async function withIndex<T>(databaseUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect({ url: databaseUrl, max: 2, application: 'test' });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
