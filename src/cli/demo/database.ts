/** The demonstration's Postgres with its roles and tables. */
import getPort from 'get-port';
import {
  connect,
  databaseUrl,
  type EmbeddedPostgres,
  mainDatabaseUrl,
  prepareDatabase,
  startEmbeddedPostgres,
} from '../../node/db/index.ts';
import { ensureIndexSchema } from '../../node/indexer/index.ts';
import { type DataFolder, readSettings } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { CliError } from '../errors.ts';
import { lock } from '../lock.ts';

export interface RunningDatabase {
  stop: () => Promise<void>;
  /** resolves with the reason when it cannot be kept running */
  failed: Promise<CliError>;
}

const log = { info() {}, warn() {} };

async function makeIndex(url: string): Promise<void> {
  const sql = connect({ url, max: 1, application: 'electra up' });
  try {
    await ensureIndexSchema(sql);
  } finally {
    await sql.end();
  }
}

const TURN_MS = 60_000;

/** Not while a command has it started for the moment, whose work would be cut off (src/cli/database.ts). */
async function inTurn<T>(data: DataFolder, work: () => Promise<T>): Promise<T> {
  const { release } = await lock(data, 'database', TURN_MS);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Started again by itself when it ends unexpectedly, unless `mayStart` says that the folder is not ours any more. */
export async function startDatabase(data: DataFolder, say: (line: string) => void, mayStart: () => boolean): Promise<RunningDatabase> {
  const port = await getPort();
  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dir: data.path('postgres'), port, log });
  let postgres = await inTurn(data, start);
  let stopping = false;
  let fail: (error: CliError) => void;
  const failed = new Promise<CliError>((resolve) => {
    fail = resolve;
  });
  const keep = async (): Promise<void> => {
    while (!(await postgres.exited).wanted && !stopping && mayStart()) {
      say('! Postgres ended; starting it again');
      postgres = await start();
      if (stopping) await postgres.stop();
    }
  };
  const kept = keep().catch((error) => fail(new CliError(`Postgres cannot go on: ${explain(error)}`)));
  const main = readSettings(data).uplink !== undefined;
  await prepareDatabase({ superUrl: postgres.superUrl, secretsDir: data.secrets, main });
  for (const urlOf of main ? [databaseUrl, mainDatabaseUrl] : [databaseUrl]) await makeIndex(urlOf(data.secrets, 'indexer'));
  return {
    failed,
    stop: async () => {
      stopping = true;
      await postgres.stop();
      await kept;
    },
  };
}
