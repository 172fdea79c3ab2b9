/** `electra serve`: the API. */
import { type RunApiOptions, runApi } from '../api/index.ts';
import { databaseUrl } from '../db/index.ts';
import type { DataFolder } from './data-folder.ts';
import { type ProcessContext, stopped } from './process.ts';

export type ServeOptions = Pick<RunApiOptions, 'host' | 'port' | 'metrics' | 'service' | 'trustProxy' | 'development'>;

export async function serveProcess(data: DataFolder, options: ServeOptions, { signal, log }: ProcessContext): Promise<void> {
  const api = await runApi({ databaseUrl: databaseUrl(data.secrets, 'api'), ...options, signal, log });
  await stopped(signal);
  await api.close();
}
