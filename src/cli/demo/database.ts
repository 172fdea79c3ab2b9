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

/** Started again by itself when it ends unexpectedly, unless `mayStart` says that the folder is not ours any more. */
export async function startDatabase(data: DataFolder, say: (line: string) => void, mayStart: () => boolean): Promise<RunningDatabase> {
  const port = await getPort();
  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dir: data.path('postgres'), port, log });
  let postgres = await start();
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
