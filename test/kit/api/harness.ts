/** The API over the small community, without a port: `const api = await startTestApi()` in beforeAll, `await api.stop()` in afterAll. */

import { pino } from 'pino';
import type { GraphqlError } from '../../../src/node/api/client.ts';
import { signInWithKey } from '../../../src/node/api/client.ts';
import type { Api, ApiOptions } from '../../../src/node/api/server.ts';
import { makeApi } from '../../../src/node/api/server.ts';
import type { TestPostgres } from '../postgres.ts';
import { startTestPostgres } from '../postgres.ts';
import type { Untyped } from '../untyped.ts';
import type { Days } from './community.ts';
import { fillCommunity } from './community.ts';
import type { Person } from './people.ts';
import { people } from './people.ts';

/** A page of a list, as every list of the schema comes. */
export interface Connection {
  edges: { node: Untyped }[];
}

export interface Answer {
  status: number;
  data: Untyped;
  errors: GraphqlError[];
  /** The whole answer, to search it. */
  text: string;
}

export interface TestApi extends Api {
  db: TestPostgres;
  days: Days;
  /** What was logged. */
  logged: string[];
  fetch(path: string, init?: RequestInit, client?: string): Promise<Response>;
  /** One operation, as somebody or as nobody. Each person signs in once. */
  ask(who: Person | null, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  token(who: Person): Promise<string>;
  /** Sets the clock ahead. */
  later(ms: number): void;
  /** Stops the clock, so that a limit does not refill while a slow machine asks; `later` still moves it. */
  freeze(): void;
  stop(): Promise<void>;
}

/** A superuser's URL of the test's own database. */
export function superUrlOf(db: TestPostgres): string {
  const url = new URL(db.superUrl);
  url.pathname = `/${db.database}`;
  return url.href;
}

const ORIGIN = 'http://electra.test';

export interface TestApiOptions extends Partial<ApiOptions> {
  /** as a superuser, whom row-level security does not bind, so that the API's own predicates stand alone */
  unlocked?: boolean;
}

export async function startTestApi({ unlocked = false, ...options }: TestApiOptions = {}): Promise<TestApi> {
  const db = await startTestPostgres();
  let aheadMs = 0;
  let frozenMs: number | null = null;
  const days = await fillCommunity(db, Date.now());
  const logged: string[] = [];
  const log = pino(
    { level: 'debug' },
    {
      write: (line: string) => {
        logged.push(line);
      },
    },
  );
  const api = makeApi({
    databaseUrl: unlocked ? superUrlOf(db) : db.urls.api,
    log,
    now: () => (frozenMs ?? Date.now()) + aheadMs,
    slots: 4,
    ...options,
  });
  const tokens = new Map<Person, Promise<string>>();
  const send: TestApi['fetch'] = async (path, init, client = '192.0.2.1') => api.yoga.fetch(new URL(path, ORIGIN), init ?? {}, { client });
  const token = (who: Person): Promise<string> => {
    const known =
      tokens.get(who) ??
      signInWithKey({
        fetch: (url: string, init: RequestInit) => send(new URL(url).pathname, init, `signing-in-${who}`),
        privKey: people[who].privKey,
      }).then((session) => session.token);
    tokens.set(who, known);
    return known;
  };
  return {
    ...api,
    db,
    days,
    logged,
    token,
    fetch: send,
    later: (ms) => {
      aheadMs += ms;
    },
    freeze: () => {
      frozenMs = Date.now();
    },
    ask: async (who, query, variables = {}) => {
      const authorization = who && `Bearer ${await token(who)}`;
      const response = await send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      const { data = null, errors = [] } = JSON.parse(text) as Partial<Answer>;
      return { status: response.status, data, errors, text };
    },
    stop: async () => {
      await api.close();
      await db.stop();
    },
  };
}
