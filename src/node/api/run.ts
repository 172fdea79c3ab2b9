/** The API as a process: listens until the signal says stop, then lets running requests end. */
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ElectraError, laterFor } from '../../protocol/values/errors.ts';
import { connect } from '../db/connect.ts';
import { assertSchemaVersion } from '../db/migrate.ts';
import type { ApiOptions } from './server.ts';
import { makeApi } from './server.ts';

export class ApiStartError extends ElectraError<'port-in-use' | 'port-forbidden'> {
  static override retryOf = laterFor('port-in-use');
}

export interface RunApiOptions extends ApiOptions {
  host: string;
  /** 0: any free one */
  port: number;
  signal?: AbortSignal;
}

const STOP_GRACE_MS = 3_000;

/** Starts the API. @throws ApiStartError port-in-use; DatabaseError schema-outdated, schema-newer. */
export async function runApi({ host, port, signal, ...options }: RunApiOptions): Promise<{ url: string; close(): Promise<void> }> {
  const check = connect({ url: options.databaseUrl, max: 1, application: 'electra api start' });
  await assertSchemaVersion(check).finally(() => check.end({ timeout: 2 }));
  const api = makeApi(options);
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 },
    api.yoga,
  );
  server.maxConnections = 1_000;
  try {
    await listen(server, host, port);
  } catch (error) {
    await api.close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop(server).then(() => api.close()));
  signal?.addEventListener(
    'abort',
    () => {
      void close();
    },
    { once: true },
  );
  if (signal?.aborted) await close();
  options.log.info({ url }, 'the API listens');
  return { url, close };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (code: 'port-forbidden' | 'port-in-use', why: string) =>
      new ApiStartError(code, `port ${port} on ${host}: ${why}; choose another with --port`);
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') reject(refused('port-forbidden', 'this account may not listen there'));
      else if (error.code === 'EADDRINUSE') reject(refused('port-in-use', 'another program listens there'));
      else reject(error);
    });
    server.listen(port, host, resolve);
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
