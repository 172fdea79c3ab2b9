/** The gate before a real API: strangers wait there, members are counted apart. */
import { request } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApi } from '../../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../../test/kit/api/harness.ts';
import { LIMITS } from '../limits.ts';
import type { RunningApi } from '../run.ts';
import { runApi } from '../run.ts';

const STRANGERS = { burst: 5, perMinute: 60 };
const MEMBERS = { burst: 8.5, perMinute: 60 };
const FILES = { burst: 6, perMinute: 60 };
const MEMBER_QUERY = '{ viewer { address } }';

let api: TestApi;
let running: RunningApi;
/** stands still, so that no bucket refills meanwhile */
const nowMs = Date.now();

beforeAll(async () => {
  api = await startTestApi();
  running = await runApi({
    databaseUrl: api.db.urls.api,
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
    trustProxy: 'loopback',
    limits: { clients: { strangers: STRANGERS, members: MEMBERS, files: FILES } },
    now: () => nowMs,
  });
});
afterAll(async () => {
  await running?.close();
  await api?.stop();
});

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}
/** One request as somebody behind the proxy. */
const ask = (client: string, path: string, { query, token }: { query?: string; token?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = {
      'x-forwarded-for': client,
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const req = request(new URL(path, running.url), { method: query === undefined ? 'GET' : 'POST', agent: false, headers }, (res) => {
      let text = '';
      res.on('data', (chunk) => {
        text += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, text }));
    });
    req.on('error', reject);
    req.end(query === undefined ? undefined : JSON.stringify({ query }));
  });
const many = async (times: number, one: () => Promise<Answer>) => {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push((await one()).status);
  return statuses;
};

describe('a stranger', () => {
  test('is refused beyond the limit, on every route, late, with when to come again; another is not', async () => {
    expect(await many(5, () => ask('203.0.113.1', '/health'))).toEqual(Array(5).fill(200));
    const beganMs = performance.now();
    const [plain, graphql] = await Promise.all([
      ask('203.0.113.1', '/ready'),
      ask('203.0.113.1', '/graphql', { query: '{ service { name } }' }),
    ]);
    expect(performance.now() - beganMs).toBeGreaterThan(LIMITS.refusalMs - 50);
    expect(plain).toMatchObject({ status: 429, headers: { 'retry-after': '1', connection: 'close' } });
    expect(JSON.parse(plain.text)).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect(JSON.parse(graphql.text)).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterS: 1 } }] });
    expect((await ask('203.0.113.2', '/health')).status).toBe(200);
  });
  test('loads the files of a page without spending questions, and is refused beyond their own limit', async () => {
    const file = () => ask('203.0.113.30', '/assets/none.js');
    expect(await many(6, file)).not.toContain(429);
    expect(await many(5, () => ask('203.0.113.30', '/health'))).toEqual(Array(5).fill(200));
    expect((await file()).status).toBe(429);
  });
  test('is all of an IPv6 /64', async () => {
    let host = 0;
    expect(await many(5, () => ask(`2001:db8::${++host}`, '/health'))).toEqual(Array(5).fill(200));
    expect((await ask('2001:db8::ffff', '/health')).status).toBe(429);
    expect((await ask('2001:db8:0:1::1', '/health')).status).toBe(200);
  });
  test('pays for what an operation asks for', async () => {
    const query = '{ priceDays(first: 100) { edges { node { day buyNelPerWh sellNelPerWh retailNelPerWh feedInNelPerWh } } } }';
    expect((await ask('203.0.113.3', '/graphql', { query })).status).toBe(200);
    expect((await ask('203.0.113.3', '/health')).status).toBe(429);
  });
  test.each(['/export/bills.csv', '/bundle/2026-01-01.zip'])(
    'pays for a file more than for a question, whatever comes of it: %s',
    async (path) => {
      const client = path.startsWith('/export') ? '203.0.113.40' : '203.0.113.41';
      expect((await ask(client, path)).status).not.toBe(429);
      expect((await ask(client, '/health')).status).toBe(429);
    },
  );
  test('with a token that is none is a stranger', async () => {
    const token = Buffer.alloc(32, 7).toString('base64url');
    await many(5, () => ask('203.0.113.4', '/graphql', { query: '{ service { name } }', token }));
    expect((await ask('203.0.113.4', '/graphql', { query: '{ service { name } }', token })).status).toBe(429);
  });
});

describe('a member', () => {
  test('is counted apart: neither by the strangers of the same address, nor by the address', async () => {
    const token = await api.token('alice');
    const member = (client: string) => ask(client, '/graphql', { query: MEMBER_QUERY, token });
    expect((await member('203.0.113.9')).status).toBe(200); // a stranger's request, until the database has vouched for the token
    await many(4, () => ask('203.0.113.9', '/health'));
    expect((await ask('203.0.113.9', '/health')).status).toBe(429);
    expect(await many(4, () => member('203.0.113.9'))).toEqual(Array(4).fill(200));
    expect(await many(4, () => member('198.51.100.1'))).toEqual(Array(4).fill(200));
    expect((await member('198.51.100.2')).status).toBe(429);
  });
  test('who signed out is a stranger again', async () => {
    const token = await api.token('bob');
    const asBob = (query: string) => ask('203.0.113.20', '/graphql', { query, token });
    await asBob('mutation { signOut }');
    await asBob(MEMBER_QUERY);
    await many(3, () => ask('203.0.113.20', '/health'));
    expect((await asBob(MEMBER_QUERY)).status).toBe(429);
  });
});
