/** Connections that do not get on are ended by the API itself: without a whole head, a whole request, a next request, or any byte. */
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fillCommunity } from '../../../test/kit/api/community.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { runApi } from './run.ts';

/** Shorter than promised, and each apart from the others and from what Node would do by itself (a minute, five, never). */
vi.mock('./limits.ts', async (original) => {
  const { LIMITS } = await original<typeof import('./limits.ts')>();
  return { LIMITS: { ...LIMITS, headMs: 500, requestMs: 3_500, keepAliveMs: 500, silenceMs: 2_500 } };
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

/** The server looks at what waits every two seconds. */
const [HEAD_SOON_MS, SILENT_SOON_MS, SOON_MS] = [3_200, 3_400, 6_500];
const HEAD = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 40\r\n';

/** Resolves with what was answered when the other side ends it; a drip keeps the connection from being silent. */
function ended(first: string, { drip, withinMs = SOON_MS }: { drip?: string; withinMs?: number } = {}): Promise<string> {
  const { hostname, port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname, () => socket.write(first));
    let answer = '';
    const dripping = drip === undefined ? undefined : setInterval(() => socket.write(drip), 200);
    const late = setTimeout(() => socket.destroy(new Error(`still open after ${withinMs} ms: ${first.slice(0, 20)}`)), withinMs);
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

test('a head that never ends, a body that never ends, one that falls silent, an answer that nothing follows, silence', async () => {
  const [head, body, still, after, nothing] = await Promise.all([
    ended(`${HEAD}x-`, { drip: 'x', withinMs: HEAD_SOON_MS }),
    ended(`${HEAD}\r\n`, { drip: ' ' }),
    ended(`${HEAD}\r\n`, { withinMs: SILENT_SOON_MS }),
    ended('GET /health HTTP/1.1\r\nhost: x\r\n\r\n'),
    ended(''),
  ]);
  expect(head).toMatch(/^HTTP\/1\.1 408|^$/);
  expect(body).toMatch(/^HTTP\/1\.1 408|^$/);
  expect(still).toBe('');
  expect(after).toContain('alive');
  expect(nothing).not.toContain('200');
});
