/** The pages and the API behind them on one port, over the small community in a real database: as a deployment serves them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeInvite } from '../../../src/node/api/invites.ts';
import { connect, type Role, type Sql } from '../../../src/node/db/index.ts';
import { startTestApi, type TestApi, type TestApiOptions } from '../api/harness.ts';
import { builtPages } from './site.ts';

export interface Served {
  api: TestApi;
  url: string;
  /** The same by the name that passkeys are bound to. */
  origin: string;
  /** A connection as a role of the database. */
  as(role: Role): Sql;
  /** The code of a new invitation. */
  invite(address: string): Promise<string>;
  /** Cuts every connection, open streams too. */
  cut(): void;
  stop(): Promise<void>;
}

/** @param start of the API; default: of a community that shares with nobody */
export async function serveApi(start: (options: TestApiOptions) => Promise<TestApi> = startTestApi): Promise<Served> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://localhost:${port}`;
  const api = await start({ pages: await builtPages(), facts: { timeZone: 'Europe/Vienna', currency: 'EUR' }, origin });
  const opened: Sql[] = [];
  const as = (role: Role): Sql => {
    const sql = connect({ url: api.db.urls[role], max: 1, application: 'test' });
    opened.push(sql);
    return sql;
  };
  server.on('request', api.yoga);
  return {
    api,
    url: `http://127.0.0.1:${port}`,
    origin,
    as,
    invite: async (address) => (await makeInvite(as('inviter'), address)).code,
    cut: () => server.closeAllConnections(),
    async stop() {
      await Promise.all(opened.map((sql) => sql.end({ timeout: 2 })));
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await api.stop();
    },
  };
}
