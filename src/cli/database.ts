/**
 * The database for one-off commands: the running one, or the demonstration's own, started for the moment when nothing runs.
 */
import { existsSync } from 'node:fs';
import getPort from 'get-port';
import {
  connect,
  databaseAnswers,
  databaseUrl,
  hasMainDatabase,
  type MainTime,
  mainDatabaseUrl,
  mainTime,
  prepareDatabase,
  type Role,
  type Sql,
  startEmbeddedPostgres,
} from '../node/db/index.ts';
import { type DataFolder, readSettings } from '../node/processes/data-folder.ts';
import { isLocked, lock } from './lock.ts';

interface Which {
  /** the database of the main chain's index */
  main?: boolean;
}
type Work<T> = (sql: Sql) => Promise<T>;

async function withSql<T>(data: DataFolder, role: Role, work: Work<T>, { main }: Which): Promise<T> {
  const url = (main ? mainDatabaseUrl : databaseUrl)(data.secrets, role);
  const sql = connect({ url, max: 4, application: 'electra command' });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Runs `work` with a connection of `role`, wherever the data folder's database is. One that is started for the moment has its turn for as
 * long, which `electra up` waits for (demo/database.ts): two servers of one folder would end each other.
 */
export async function withDatabase<T>(data: DataFolder, role: Role, work: Work<T>, which: Which = {}): Promise<T> {
  const settings = readSettings(data);
  const isDemonstration = settings.demo !== undefined || settings.market !== undefined;
  if (!isDemonstration || !existsSync(data.path('postgres')) || (await isLocked(data, 'up'))) return withSql(data, role, work, which);
  const { release } = await lock(data, 'database', 60_000);
  try {
    const isRunning = (await databaseAnswers(databaseUrl(data.secrets, role))) || (await isLocked(data, 'up')); // begun meanwhile
    if (isRunning) return await withSql(data, role, work, which);
    const postgres = await startEmbeddedPostgres({ dir: data.path('postgres'), port: await getPort() });
    try {
      await prepareDatabase({ superUrl: postgres.superUrl, secretsDir: data.secrets, main: settings.uplink !== undefined });
      return await withSql(data, role, work, which);
    } finally {
      await postgres.stop();
    }
  } finally {
    await release();
  }
}

/** When the main chain that is shared on freezes days (`mainTime`); undefined where this node's index of it does not say. */
export async function timeOfMain(data: DataFolder, untilUnixS?: number): Promise<MainTime | undefined> {
  const { secrets } = data;
  const { uplink } = readSettings(data);
  if (!uplink || !(await hasMainDatabase(secrets, 'books'))) return undefined;
  const sql = connect({ url: mainDatabaseUrl(secrets, 'books'), max: 1, application: 'electra command' });
  try {
    return await mainTime(sql, uplink.mainChainId, untilUnixS);
  } finally {
    await sql.end({ timeout: 2 });
  }
}
