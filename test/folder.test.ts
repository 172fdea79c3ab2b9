/**
 * A folder that somebody else may write to while it is read: what was looked at is what is opened. Here, not beside the reader, for it
 * replaces a module.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBundle } from '../src/reader/folder.ts';

/** What happens right after a path was looked at, before it is opened. */
const between = vi.hoisted(() => ({ looked: (_path: string): void => {} }));
vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original();
  const lstat = async (path: string) => {
    const found = await real.lstat(path);
    between.looked(path);
    return found;
  };
  return { ...real, lstat: lstat as typeof real.lstat };
});

let dir: string;
const file = (): string => join(dir, 'bundle', 'genesis.json');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'electra-folder-'));
  mkdirSync(join(dir, 'bundle'));
  writeFileSync(file(), 'what was looked at');
  writeFileSync(join(dir, 'elsewhere'), 'a secret');
});
afterEach(() => {
  between.looked = () => {};
  rmSync(dir, { recursive: true, force: true });
});

test('a file is read as it is', async () => {
  expect(await readBundle(join(dir, 'bundle'))).toEqual(new Map([['genesis.json', 'what was looked at']]));
});

test('a file that becomes a symbolic link after it was looked at is not followed', async () => {
  between.looked = (path) => {
    if (path !== file()) return;
    rmSync(path);
    symlinkSync(join(dir, 'elsewhere'), path);
  };
  await expect(readBundle(join(dir, 'bundle'))).rejects.toMatchObject({ code: 'no-access', message: expect.stringContaining('ELOOP') });
});
