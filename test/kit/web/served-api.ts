/** The pages and the API behind them on one port, over the small community in a real database: as a deployment serves them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestApi, type TestApi } from '../api/harness.ts';
import { builtPages } from './site.ts';

export interface Served {
  api: TestApi;
  url: string;
  /** The same by the name that passkeys are bound to. */
  origin: string;
  /** Cuts every connection, open streams too. */
  cut(): void;
  stop(): Promise<void>;
}

export async function serveApi(): Promise<Served> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://localhost:${port}`;
  const api = await startTestApi({ pages: await builtPages(), facts: { timeZone: 'Europe/Vienna', currency: 'EUR' }, origin });
  server.on('request', api.yoga);
  return {
    api,
    url: `http://127.0.0.1:${port}`,
    origin,
    cut: () => server.closeAllConnections(),
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await api.stop();
    },
  };
}
