/** Who may connect to a socket of keys: nobody else, from the first moment, not only after the mode was set. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serveLines } from './line-server.ts';

const asked: number[] = [];
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  // The mode is set too late here: never.
  return { ...fs, chmodSync: (_path: string, mode: number) => void asked.push(mode) };
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'electra-lines-'));
  asked.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const serve = () =>
  serveLines({ path: join(dir, 'run', 'a.sock'), handle: async () => null, lineMaxBytes: 1000, log: { error: () => {} }, name: 'test' });

test('a socket is its owner’s while it is bound, and its mode is set besides', async () => {
  const before = process.umask(0);
  try {
    const server = await serve();
    expect(statSync(join(dir, 'run', 'a.sock')).mode & 0o777).toBe(0o600);
    expect(asked).toEqual([0o600]);
    expect(process.umask()).toBe(0); // as it was
    await server.close();
  } finally {
    process.umask(before);
  }
});
