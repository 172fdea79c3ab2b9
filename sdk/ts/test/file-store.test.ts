import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openFileStore } from '../src/node/file-store.ts';
import type { Change } from '../src/store.ts';

const root = mkdtempSync(join(tmpdir(), 'electra-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = () => join(root, String(folders++));
const log = (dir: string) => join(dir, 'store.log');

async function contentOf(dir: string): Promise<Record<string, unknown>> {
  const store = await openFileStore(dir);
  const content = Object.fromEntries(await store.load());
  await store.close();
  return content;
}

async function written(dir: string, commits: Change[][]): Promise<void> {
  const store = await openFileStore(dir);
  for (const commit of commits) await store.commit(commit);
  await store.close();
}

describe('a file store', () => {
  test('gives back what was committed', async () => {
    const dir = folder();
    await written(dir, [
      [
        ['a', 1],
        ['b', { x: 'ü' }],
      ],
      [
        ['a', undefined],
        ['c', [true, null]],
      ],
    ]);
    expect(await contentOf(dir)).toEqual({ b: { x: 'ü' }, c: [true, null] });
  });

  test('holds secrets, so only its owner can read it', async () => {
    const dir = folder();
    await written(dir, [[['a', 1]]]);
    expect([statSync(dir).mode & 0o777, statSync(log(dir)).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  test('torn at any byte of its last line keeps every earlier commit, and goes on', async () => {
    const dir = folder();
    await written(dir, [
      [['a', 1]],
      [
        ['b', 2],
        ['a', undefined],
      ],
    ]);
    const whole = readFileSync(log(dir));
    const first = whole.indexOf(10) + 1;
    for (let size = first; size < whole.length; size++) {
      writeFileSync(log(dir), whole);
      truncateSync(log(dir), size);
      expect(await contentOf(dir), `cut at ${size}`).toEqual({ a: 1 });
      await written(dir, [[['c', 3]]]);
      expect(await contentOf(dir)).toEqual({ a: 1, c: 3 });
    }
  });

  test('with zeros or garbage after its last line keeps every commit', async () => {
    for (const tail of [Buffer.alloc(500), Buffer.from('0123456789abcdef [["a",9]]\n'), Buffer.from('{')]) {
      const dir = folder();
      await written(dir, [[['a', 1]]]);
      appendFileSync(log(dir), tail);
      expect(await contentOf(dir)).toEqual({ a: 1 });
    }
  });

  test('damaged in the middle is refused, not guessed at', async () => {
    const dir = folder();
    await written(dir, [[['a', 1]], [['b', 2]]]);
    const bytes = readFileSync(log(dir));
    bytes[20] ^= 1;
    writeFileSync(log(dir), bytes);
    await expect(openFileStore(dir)).rejects.toMatchObject({ code: 'store-damaged' });
    expect(existsSync(join(dir, 'lock')), 'and is not left locked').toBe(false);
  });

  test('equals a map, whatever is written and however often it is opened or rewritten', async () => {
    const change = fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.oneof(fc.constant(undefined), fc.string({ size: 'medium' }), fc.string({ minLength: 30_000, maxLength: 60_000 })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 25 }), async (commits) => {
        const dir = folder();
        await written(dir, commits);
        const map = new Map<string, unknown>();
        for (const [key, value] of commits.flat()) value === undefined ? map.delete(key) : map.set(key, value);
        expect(await contentOf(dir)).toEqual(Object.fromEntries(map));
      }),
      { numRuns: 15 },
    );
  });

  test('is rewritten when most of it is history', async () => {
    const dir = folder();
    const store = await openFileStore(dir);
    for (let i = 0; i < 60; i++)
      await store.commit([
        ['a', 'x'.repeat(20_000)],
        ['n', i],
      ]);
    await store.close();
    expect(statSync(log(dir)).size).toBeLessThan(400_000);
    expect(await contentOf(dir)).toMatchObject({ n: 59 });
  });

  test('belongs to one opener: refused to a second one here and to another process, taken over from a dead one', async () => {
    const dir = folder();
    const store = await openFileStore(dir);
    await expect(openFileStore(dir)).rejects.toMatchObject({ code: 'store-locked' });
    const module = JSON.stringify(new URL('../src/node/file-store.ts', import.meta.url).href);
    const other = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { openFileStore } = await import(${module}); await openFileStore(${JSON.stringify(dir)}).catch((e) => console.log(e.code));`,
      ],
      { encoding: 'utf8' },
    );
    expect(other.stdout.trim()).toBe('store-locked');
    await store.close();
    spawnSync(process.execPath, [
      '--input-type=module',
      '-e',
      `const { openFileStore } = await import(${module}); const s = await openFileStore(${JSON.stringify(dir)}); ` +
        `await s.commit([['left', 1]]); process.kill(process.pid, 'SIGKILL');`,
    ]);
    expect(existsSync(join(dir, 'lock'))).toBe(true);
    expect(await contentOf(dir)).toEqual({ left: 1 });
  });

  test('closed, takes nothing more', async () => {
    const store = await openFileStore(folder());
    await store.close();
    await expect(store.commit([['a', 1]])).rejects.toMatchObject({ code: 'store-closed' });
  });
});
