/**
 * A real, migrated Postgres database for a test file: `const db = await startTestPostgres()` in beforeAll, `await db.stop()` in afterAll.
 * All files of a run share one server (postgres-global.ts); each call gets a database of its own. The roles belong to the server, with
 * fixed passwords. Outside Vitest the call starts a server of its own, and stop() ends it.
 */
import { randomBytes } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import type { RoleUrls } from '../../src/node/db/index.ts';
import { copyTemplate, dropDatabase, olderDatabase, startTestServer } from './postgres-server.ts';

export interface TestPostgres {
  /** A superuser's URL, to the database `postgres` of the shared server. */
  superUrl: string;
  urls: RoleUrls;
  database: string;
  stop(): Promise<void>;
}

function sharedServer(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connectSocket(path);
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      const answer = JSON.parse(text) as { superUrl?: string; error?: string };
      if (answer.superUrl) resolve(answer.superUrl);
      else reject(new Error(`the test run's Postgres did not start: ${answer.error}`));
    });
  });
}

/** @param migrations leaves the schema at so many migrations, as an older version did */
export async function startTestPostgres({ migrations }: { migrations?: number } = {}): Promise<TestPostgres> {
  const path = process.env.ELECTRA_TEST_POSTGRES;
  const own = path ? undefined : await startTestServer();
  const superUrl = own ? own.superUrl : await sharedServer(path!);
  const database = `test_${randomBytes(6).toString('hex')}`;
  const urls = migrations === undefined ? await copyTemplate(superUrl, database) : await olderDatabase(superUrl, database, migrations);
  return {
    superUrl,
    urls,
    database,
    stop: async () => {
      await dropDatabase(superUrl, database);
      await own?.stop();
    },
  };
}
