/** `electra index`: verifies the chain and writes it into Postgres. */
import { databaseUrl } from '../db/index.ts';
import { runIndexer } from '../indexer/index.ts';
import { type DataFolder, isDevelopment, readSettings, rpcUrls } from './data-folder.ts';
import type { ProcessContext } from './process.ts';

export const indexProcess = (data: DataFolder, { signal, log }: ProcessContext): Promise<void> =>
  runIndexer({
    rpcUrls: rpcUrls(data),
    databaseUrl: databaseUrl(data.secrets, 'indexer'),
    chainId: readSettings(data).chainId,
    development: isDevelopment(data),
    signal,
    log,
  });
