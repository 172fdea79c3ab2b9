/** The pages and the API behind them on one port, over the small community in a real database: as a deployment serves them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestApi, type TestApi } from '../api/harness.ts';
import { builtPages } from './site.ts';

export interface Served {
  api: TestApi;
  url: string;
  stop(): Promise<void>;
}

export async function serveApi(): Promise<Served> {
  const api = await startTestApi({ pages: await builtPages(), facts: { timeZone: 'Europe/Vienna', currency: 'EUR' } });
  const server = createServer(api.yoga);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    api,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await api.stop();
    },
  };
}
