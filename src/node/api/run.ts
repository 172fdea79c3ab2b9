/** The API as a process: listens until the signal says stop, then lets running requests end. */
import { createServer, type Server } from 'node:http';
import { awaitSchema } from '../db/await-schema.ts';
import { connect, DatabaseError } from '../db/connect.ts';
import { assertSchemaVersion } from '../db/migrate.ts';
import { listen, stop } from './door/listen.ts';
import { LIMITS } from './limits.ts';
import type { Api, ApiOptions } from './server.ts';
import { makeApi } from './server.ts';

export { ApiStartError } from './door/listen.ts';

export interface RunApiOptions extends ApiOptions {
  host: string;
  /** 0: any free one */
  port: number;
  /** Where /metrics is served, and nothing else; undefined: nowhere. */
  metrics?: { host: string; port: number };
  signal?: AbortSignal;
}

export interface RunningApi {
  url: string;
  metricsUrl?: string;
  close(): Promise<void>;
}

/**
 * Starts the API. With an older schema it listens, says so, and answers once that is migrated.
 * @throws ApiStartError; DatabaseError schema-newer.
 */
export async function runApi({ host, port, metrics, signal, ...options }: RunApiOptions): Promise<RunningApi> {
  const closing = new AbortController();
  const stopping = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
  const outdated = await outdatedSchema(options.databaseUrl);
  const api = makeApi(options);
  api.gate.closedBecause = outdated;
  const server = serverOf(api);
  const metricsServer = metrics && metricsServerOf(api);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing.abort();
    api.connections.close();
    api.streams.close(); // they would wait for the grace period
    const servers = [server, metricsServer].filter((one) => one?.listening) as Server[];
    closed ??= Promise.all(servers.map(stop)).then(() => api.close());
    return closed;
  };
  try {
    const url = await listen(server, { host, port, option: '--port' });
    const metricsUrl = metricsServer && (await listen(metricsServer, { ...metrics, option: '--metrics-port' }));
    if (outdated !== null) void openOnceMigrated(api, { ...options, signal: stopping }).catch(() => {});
    signal?.addEventListener('abort', () => void close(), { once: true });
    if (signal?.aborted) await close();
    options.log.info({ url, metricsUrl }, 'the API listens');
    return { url, metricsUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The sentence that says which migration is missing; null when none is. */
async function outdatedSchema(databaseUrl: string): Promise<string | null> {
  const sql = connect({ url: databaseUrl, max: 1, application: 'electra api start' });
  try {
    await assertSchemaVersion(sql);
    return null;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'schema-outdated') return error.message;
    throw error;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function openOnceMigrated(api: Api, options: Pick<ApiOptions, 'databaseUrl' | 'log'> & { signal: AbortSignal }) {
  await awaitSchema(options);
  api.gate.closedBecause = null;
}

function serverOf({ yoga, gate, connections }: Api): Server {
  const server = createServer(
    {
      headersTimeout: LIMITS.headMs,
      requestTimeout: LIMITS.requestMs,
      keepAliveTimeout: LIMITS.keepAliveMs,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16 * 1024,
    },
    gate.before((request, response, context) => void yoga(request, response, context)),
  );
  server.setTimeout(LIMITS.silenceMs);
  connections.guard(server);
  return server;
}

function metricsServerOf({ metricsText, metricsType }: Api): Server {
  const server = createServer({ headersTimeout: LIMITS.headMs, requestTimeout: LIMITS.requestMs }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
    metricsText().then(
      (text) => response.writeHead(200, { 'content-type': metricsType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = 64;
  return server;
}
