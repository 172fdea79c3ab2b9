/** `electra index`: verifies the chain and writes it into Postgres. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { databaseUrl } from '../db/index.ts';
import { runIndexer } from '../indexer/index.ts';
import { type DataFolder, isDevelopment, readSettings, rpcUrls } from './data-folder.ts';
import { type MetricsAddress, serveMetrics } from './metrics-server.ts';
import type { ProcessContext } from './process.ts';

/** `metrics`: where /metrics is served; undefined: nowhere. */
export async function indexProcess(data: DataFolder, { signal, log }: ProcessContext, metrics?: MetricsAddress): Promise<void> {
  const registry = metrics && new Registry();
  if (registry) {
    collectDefaultMetrics({ register: registry });
    await serveMetrics(registry, metrics, signal);
  }
  await runIndexer({
    rpcUrls: rpcUrls(data),
    databaseUrl: databaseUrl(data.secrets, 'indexer'),
    chainId: readSettings(data).chainId,
    development: isDevelopment(data),
    signal,
    log,
    metrics: registry,
  });
}
