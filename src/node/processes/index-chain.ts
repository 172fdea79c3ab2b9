/** `electra index`: verifies a chain and writes it into Postgres: the community's own, or the main chain that it shares on. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { awaitSchema, databaseUrl, mainDatabaseUrl } from '../db/index.ts';
import { type IndexerOptions, type IndexProgress, runIndexer } from '../indexer/index.ts';
import type { Log } from '../shared/log.ts';
import { type DataFolder, isDevelopment, readSettings, rpcUrls } from './data-folder.ts';
import { type MetricsAddress, serveMetrics } from './metrics-server.ts';
import type { ProcessContext } from './process.ts';
import { uplinkSettings } from './uplink-settings.ts';

const SAY_EVERY_MS = 10_000;
/** So near to the chain's end nothing is said. */
const LEVEL_BLOCKS = 100;

/** Says how far a backlog is, every now and then, and when it is at its end. */
export function sayingProgress(log: Pick<Log, 'info'>, now = Date.now): (progress: IndexProgress) => void {
  let saidMs = now();
  let isBehind = false;
  return ({ height, chainHeight }) => {
    const wasBehind = isBehind;
    isBehind = chainHeight - height > LEVEL_BLOCKS;
    if (wasBehind && !isBehind) log.info({ height }, 'the index is level with the chain');
    if (!isBehind || now() - saidMs < SAY_EVERY_MS) return;
    saidMs = now();
    const per = Math.floor((100 * height) / chainHeight);
    log.info({ height, chainHeight }, `indexing: block ${height} of ${chainHeight} (${per} %)`);
  };
}

async function index(
  options: Pick<IndexerOptions, 'rpcUrls' | 'databaseUrl' | 'chainId' | 'genesisHash' | 'development' | 'reset'>,
  { signal, log }: ProcessContext,
  metrics?: MetricsAddress,
): Promise<void> {
  const registry = metrics && new Registry();
  if (registry) {
    collectDefaultMetrics({ register: registry });
    await serveMetrics(registry, metrics, signal);
  }
  await runIndexer({ ...options, signal, log, onProgress: sayingProgress(log), metrics: registry });
}

/** `metrics`: where /metrics is served; undefined: nowhere. */
export const indexProcess = (data: DataFolder, context: ProcessContext, metrics?: MetricsAddress): Promise<void> =>
  index(
    {
      rpcUrls: rpcUrls(data),
      databaseUrl: databaseUrl(data.secrets, 'indexer'),
      chainId: readSettings(data).chainId,
      development: isDevelopment(data),
    },
    context,
    metrics,
  );

/** The main chain, from the genesis that the community joined by, which its own chain names: into a database beside the other. */
export async function indexMainProcess(data: DataFolder, context: ProcessContext, metrics?: MetricsAddress): Promise<void> {
  const { mainChainId, mainGenesisHash, rpcUrls: urls } = uplinkSettings(data);
  const url = mainDatabaseUrl(data.secrets, 'indexer');
  await awaitSchema({ databaseUrl: url, ...context });
  if (context.signal.aborted) return;
  const development = isDevelopment(data);
  const chain = { rpcUrls: urls, databaseUrl: url, chainId: mainChainId, genesisHash: mainGenesisHash };
  await index({ ...chain, development, reset: 'electra index --main --reset' }, context, metrics);
}
