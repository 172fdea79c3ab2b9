/** A folder of price files as it is in life: files that grow, torn ones, the same one twice, a folder that goes away. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CliError } from '../../errors.ts';
import { readPrices } from './slots.ts';
import { type Watching, watchFolder } from './watch.ts';

class Wrong extends Error {}
const WHOLE = 'time;price in ct/kWh\n2026-12-01T00:00Z;7.05\n2026-12-01T01:00Z;8.40\n';

let root: string;
let folder: string;
let said: string[];
let taken: string[];
let stop: AbortController;
let running: Promise<void> | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'electra-watch-'));
  folder = join(root, 'prices');
  mkdirSync(folder);
  [said, taken] = [[], []];
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await running?.catch(() => {});
  rmSync(root, { recursive: true, force: true });
});

const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
const begin = (over: Partial<Watching> = {}) => {
  running = watchFolder(folder, {
    take: async (file) => {
      const text = readFileSync(file, 'utf8');
      readPrices(text, null);
      taken.push(text);
    },
    isFinal: (error) => !(error instanceof Wrong),
    say: (line) => void said.push(line),
    explain: (error) => (error as Error).message,
    signal: stop.signal,
    everyMs: 40,
    againMs: 120,
    unendedMs: 400,
    ...over,
  });
  return running;
};
const soon = (holds: () => void) => vi.waitFor(holds, { timeout: 90_000, interval: 20 });
const rounds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 40));

test('each file is taken once, those of before too, and nothing but price files', async () => {
  put('a.csv', WHOLE);
  put('.hidden.csv', WHOLE);
  put('notes.md', 'x');
  mkdirSync(join(folder, 'folder.csv'));
  begin();
  put('b.txt', WHOLE.replace('7.05', '9'));
  await soon(() => expect(taken).toHaveLength(2));
  await rounds(6);
  expect(taken).toHaveLength(2);
  expect(said.filter((line) => /folder\.csv|hidden/.test(line))).toEqual([]);
});

test('a file that comes again is taken again, and so is another one of its name and size', async () => {
  const [at, path] = [new Date('2026-12-01T10:00:00Z'), join(folder, 'a.csv')];
  const putAt = (text: string, moment: Date) => {
    put('a.csv', text);
    utimesSync(path, moment, moment);
  };
  putAt(WHOLE, at);
  begin();
  await soon(() => expect(taken).toHaveLength(1));
  rmSync(path);
  await rounds(3);
  putAt(WHOLE, at);
  await soon(() => expect(taken).toHaveLength(2));
  const other = WHOLE.replace('7.05', '9.05');
  putAt(other, new Date(at.getTime() + 5_000));
  await soon(() => expect(taken).toEqual([WHOLE, WHOLE, other]));
});

test('a file is whole by whatever ends its last line, and JSON by itself, however its name is written', async () => {
  put('a.csv', WHOLE.replaceAll('\n', '\r'));
  put('b.JSON', '[{"start": "2026-12-01T00:00Z", "price": 7}]');
  const names: string[] = [];
  begin({ take: async (file) => void names.push(file.slice(folder.length + 1)), unendedMs: 3_600_000 });
  await soon(() => expect(names).toEqual(['a.csv', 'b.JSON']));
});

test('a file that grows is taken when it is whole', async () => {
  begin();
  put('a.csv', WHOLE.slice(0, 30));
  for (let at = 30; at < WHOLE.length; at += 8) {
    await rounds(0.5);
    appendFileSync(join(folder, 'a.csv'), WHOLE.slice(at, at + 8));
  }
  await soon(() => expect(taken).toEqual([WHOLE]));
});

test('a file that was torn in the middle of a price is not taken before it rests, nor for long then', async () => {
  const torn = WHOLE.slice(0, -4); // 8.40 reads as 8
  put('a.csv', torn);
  begin();
  await rounds(4);
  expect(taken).toEqual([]);
  put('a.csv', WHOLE);
  await soon(() => expect(taken).toEqual([WHOLE]));
  put('b.csv', torn);
  await soon(() => expect(taken).toEqual([WHOLE, torn]));
});

test('a file that is wrong is said once, and taken when it was mended', async () => {
  put('a.json', '{"data": [{"start_timestamp": 17');
  begin();
  await soon(() => expect(said.filter((line) => /expected JSON/.test(line))).toHaveLength(1));
  await rounds(6);
  expect(said.filter((line) => /expected JSON/.test(line))).toHaveLength(1);
  put('a.json', '[{"start": "2026-12-01T00:00Z", "price": 7}]');
  await soon(() => expect(taken).toHaveLength(1));
});

test('where the signer is away, a file is tried again and no other is held up', async () => {
  let tries = 0;
  const take = async (file: string) => {
    if (file.endsWith('a.csv') && tries++ < 2) throw new Wrong('the signer is not running');
    taken.push(file);
  };
  put('a.csv', WHOLE);
  put('b.csv', WHOLE);
  begin({ take });
  await soon(() => expect(taken).toEqual([join(folder, 'b.csv'), join(folder, 'a.csv')]));
  expect(tries).toBe(3);
});

test('a folder that goes away is said once and waited for; one that never was is refused', async () => {
  begin();
  await soon(() => expect(said).toContain(`watching ${folder}`));
  renameSync(folder, join(root, 'elsewhere'));
  await soon(() => expect(said.filter((line) => /cannot be read \(ENOENT\); waiting for it/.test(line))).toHaveLength(1));
  await rounds(4);
  renameSync(join(root, 'elsewhere'), folder);
  put('a.csv', WHOLE);
  await soon(() => expect(taken).toEqual([WHOLE]));
  expect(said.filter((line) => /waiting for it/.test(line))).toHaveLength(1);
  await rounds(4);
  expect(said.filter((line) => line === `${folder} is back`)).toHaveLength(1);
  await expect(watchFolder(join(root, 'never'), {} as Watching)).rejects.toThrow(CliError);
});
