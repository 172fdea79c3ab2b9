/**
 * Waiting for `electra migrate`: a process that was started with an older database says which migration is missing, and goes on by itself
 * once somebody has run it. A newer database is no reason to wait.
 */
import { growingMs } from '../../protocol/values/backoff.ts';
import type { Log } from '../shared/log.ts';
import { sleep } from '../shared/wait.ts';
import { connect, DatabaseError, isRetryable, NO_RIGHT, NO_SUCH_DATABASE } from './connect.ts';
import { assertSchemaVersion } from './migrate.ts';

const FIRST_MS = 1_000;
const MOST_MS = 15_000;
/** How often it is said again, in checks: about once in ten minutes. */
const SAY_AGAIN = 40;

export interface AwaitSchemaOptions {
  databaseUrl: string;
  signal: AbortSignal;
  log: Log;
  /** told the sentence while it waits, and null once it goes on */
  waiting?: (sentence: string | null) => void;
}

/**
 * Resolves when the schema is this program's, or the signal aborts.
 * @throws DatabaseError schema-newer, and what waiting cannot cure.
 */
export async function awaitSchema({ databaseUrl, signal, log, waiting = () => {} }: AwaitSchemaOptions): Promise<void> {
  for (let checks = 0; !signal.aborted; checks++) {
    const missing = await missingMigration(databaseUrl);
    if (missing === null) {
      if (checks > 0) {
        waiting(null);
        log.info({}, 'the database has been migrated: going on');
      }
      return;
    }
    waiting(missing);
    if (checks % SAY_AGAIN === 0) log.warn({ code: 'schema-outdated' }, `${missing}; waiting for it`);
    await sleep(growingMs(checks + 1, FIRST_MS, MOST_MS), signal);
  }
}

/** What is missing, in a sentence; null where nothing is. One short connection: while somebody migrates, nobody else should hold any. */
async function missingMigration(databaseUrl: string): Promise<string | null> {
  const sql = connect({ url: databaseUrl, max: 1, application: 'electra awaits migration' });
  try {
    await assertSchemaVersion(sql);
    return null;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'schema-outdated') return error.message;
    if ((error as { code?: string }).code === NO_SUCH_DATABASE)
      return `the server has no database ${new URL(databaseUrl).pathname.slice(1)}: \`electra migrate --database-url-file FILE\` makes it`;
    // The list of migrations is there before the rights to it, which are given last.
    if ((error as { code?: string }).code === NO_RIGHT)
      return 'the database gives this process no right to its list of migrations yet: `electra migrate` does, at its end';
    if (isRetryable(error)) return 'the database does not answer';
    throw error;
  } finally {
    await sql.end({ timeout: 2 });
  }
}
