import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openFileStore } from '../src/node/file-store.ts';
import { ownIdentity } from '../src/node/identity.ts';
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
    const first = whole.lastIndexOf(10, whole.length - 2) + 1;
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
    for (const at of [0, 20, bytes.indexOf(10), bytes.indexOf('"a"')]) {
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 1;
      writeFileSync(log(dir), damaged);
      await expect(openFileStore(dir), `byte ${at}`).rejects.toMatchObject({ code: 'store-damaged' });
      expect(existsSync(join(dir, 'lock')), 'and is not left locked').toBe(false);
    }
  });

  test('emptied, or filled with zeros, is refused: it was whole once', async () => {
    const dir = folder();
    await written(dir, [[['a', 1]]]);
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(4096)]) {
      writeFileSync(log(dir), bytes);
      await expect(openFileStore(dir)).rejects.toMatchObject({ code: 'store-damaged' });
    }
  });

  test('torn in its last line keeps every commit, also where old lines of an earlier file follow on the disk', async () => {
    const [dir, earlier] = [folder(), folder()];
    await written(earlier, [[['a', 'old']], [['b', 'old']], [['c', 'old']]]);
    await written(dir, [[['a', 1]], [['b', 2]]]);
    const whole = readFileSync(log(dir));
    const old = readFileSync(log(earlier));
    for (let size = whole.lastIndexOf(10, whole.length - 2) + 2; size < whole.length; size++) {
      writeFileSync(log(dir), Buffer.concat([whole.subarray(0, size), old.subarray(size), old]));
      expect(await contentOf(dir), `cut at ${size}`).toEqual({ a: 1 });
    }
  });

  test('takes no line of another place or file for its own', async () => {
    const dir = folder();
    await written(dir, [[['a', 1]], [['a', 2]]]);
    const lines = readFileSync(log(dir), 'utf8').split('\n');
    writeFileSync(log(dir), `${lines[0]}\n${lines[2]}\n`);
    expect(await contentOf(dir)).toEqual({});
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

  test.each([
    ['number belongs to another program now', { pid: process.ppid, began: '1', world: ownIdentity().world }],
    ['machine was started anew', { ...ownIdentity(), pid: process.ppid, world: 'another boot' }],
    ['name was torn', '{"pid":1'],
  ])('is taken over from a process that a power cut ended and whose %s', async (_, owner) => {
    const dir = folder();
    await written(dir, [[['a', 1]]]);
    writeFileSync(join(dir, 'lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));
    expect(await contentOf(dir)).toEqual({ a: 1 });
  });

  test('that another process holds is refused by its number, and nothing of it is touched', async () => {
    const dir = folder();
    await written(dir, [[['a', 1]]]);
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const stat = readFileSync(`/proc/${other.pid}/stat`, 'utf8');
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: other.pid, began, world: ownIdentity().world }));
    await expect(openFileStore(dir)).rejects.toThrow(`in use by process ${other.pid}`);
    expect(existsSync(join(dir, 'lock'))).toBe(true);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.on('close', resolve));
    expect(await contentOf(dir)).toEqual({ a: 1 });
  });

  test('closed, takes nothing more', async () => {
    const store = await openFileStore(folder());
    await store.close();
    await expect(store.commit([['a', 1]])).rejects.toMatchObject({ code: 'store-closed' });
  });
});
