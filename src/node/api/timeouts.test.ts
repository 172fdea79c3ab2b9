/** Connections that do not get on are ended by the API itself: without a whole head, a whole request, a next request, or any byte. */
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fillCommunity } from '../../../test/kit/api/community.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { runApi } from './run.ts';

/** A tenth of what is promised, so that what Node would do by itself (a minute, five, never) is told apart. */
vi.mock('./limits.ts', async (original) => {
  const { LIMITS } = await original<typeof import('./limits.ts')>();
  const parts = { headMs: LIMITS.headMs, requestMs: LIMITS.requestMs, keepAliveMs: LIMITS.keepAliveMs, silenceMs: LIMITS.silenceMs };
  return { LIMITS: { ...LIMITS, ...Object.fromEntries(Object.entries(parts).map(([name, ms]) => [name, ms / 10])) } };
});

let db: TestPostgres;
let api: Awaited<ReturnType<typeof runApi>>;
beforeAll(async () => {
  db = await startTestPostgres();
  await fillCommunity(db, Date.now());
  api = await runApi({ databaseUrl: db.urls.api, host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await api?.close();
  await db?.stop();
});

/** Server looks at what waits every two seconds. */
const SOON_MS = 5_000;
const HEAD = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 40\r\n';

/** Resolves with what was answered when the other side ends it; a drip keeps the connection from being silent. */
function ended(first: string, drip?: string): Promise<string> {
  const { hostname, port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname, () => socket.write(first));
    let answer = '';
    const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 200);
    const late = setTimeout(() => socket.destroy(new Error(`still open after ${SOON_MS} ms: ${first.slice(0, 20)}`)), SOON_MS);
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? undefined : reject(error),
    );
    socket.on('close', () => {
      clearInterval(dripping);
      clearTimeout(late);
      resolve(answer);
    });
  });
}

test('a head that never ends, a body that never ends, an answer that nothing follows, silence', async () => {
  const [head, body, after, nothing] = await Promise.all([
    ended(`${HEAD}x-`, 'x'),
    ended(`${HEAD}\r\n`, ' '),
    ended('GET /health HTTP/1.1\r\nhost: x\r\n\r\n'),
    ended(''),
  ]);
  expect(head).toMatch(/^HTTP\/1\.1 408|^$/);
  expect(body).toMatch(/^HTTP\/1\.1 408|^$/);
  expect(after).toContain('alive');
  expect(nothing).not.toContain('200');
});
