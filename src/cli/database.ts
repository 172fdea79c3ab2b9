/**
 * The database for one-off commands: the running one, or the demonstration's own, started for the moment when nothing runs.
 */
import { existsSync } from 'node:fs';
import getPort from 'get-port';
import { connect, databaseAnswers, databaseUrl, prepareDatabase, type Role, type Sql, startEmbeddedPostgres } from '../node/db/index.ts';
import { type DataFolder, readSettings } from '../node/processes/data-folder.ts';
import { isLocked, lock } from './lock.ts';

async function withSql<T>(data: DataFolder, role: Role, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect({ url: databaseUrl(data.secrets, role), max: 4, application: 'electra command' });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Runs `work` with a connection of `role`, wherever the data folder's database is. */
export async function withDatabase<T>(data: DataFolder, role: Role, work: (sql: Sql) => Promise<T>): Promise<T> {
  const settings = readSettings(data);
  if (!settings.demo || !existsSync(data.path('postgres')) || (await isLocked(data, 'up'))) return withSql(data, role, work);
  const { release } = await lock(data, 'database', 60_000);
  try {
    if (await databaseAnswers(databaseUrl(data.secrets, role))) return await withSql(data, role, work);
    const postgres = await startEmbeddedPostgres({ dir: data.path('postgres'), port: await getPort() });
    try {
      await prepareDatabase({ superUrl: postgres.superUrl, secretsDir: data.secrets });
      return await withSql(data, role, work);
    } finally {
      await postgres.stop();
    }
  } finally {
    await release();
  }
}
