/**
 * Vitest's global setup: the run's main process owns the Postgres that all test files share. It starts when the first file asks for it
 * (over a socket in a temporary folder), so a run without database tests pays nothing, and it ends with the run, even a killed one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestServer } from './postgres-server.ts';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.ELECTRA_TEST_POSTGRES) return undefined; // a run inside a test of another run: it shares that one's server
  const dir = mkdtempSync(join(tmpdir(), 'electra-test-'));
  const path = join(dir, 'postgres.sock');
  let starting: Promise<TestServer> | undefined;
  const door = createServer((socket) => {
    socket.on('error', () => {});
    starting ??= import('./postgres-server.ts').then(({ startTestServer }) => startTestServer());
    starting.then(
      (server) => socket.end(JSON.stringify({ superUrl: server.superUrl })),
      (error: Error) => socket.end(JSON.stringify({ error: error.message })),
    );
  });
  await new Promise<void>((resolve) => door.listen(path, resolve));
  process.env.ELECTRA_TEST_POSTGRES = path; // the forks inherit it
  return async () => {
    await new Promise<void>((resolve) => door.close(() => resolve()));
    await (await starting?.catch(() => undefined))?.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
