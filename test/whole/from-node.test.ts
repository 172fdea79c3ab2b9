/** A day of a real chain, proven by the node by itself, and its bundle from a chain node alone: the operator's own, and passed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, databaseUrl } from '../../src/node/db/index.ts';
import { type KeptHeader, parseStateFile } from '../../src/protocol/index.ts';
import { collect, electra, type Result, scratch, spawnElectra } from '../kit/electra.ts';
import { until } from '../kit/until.ts';

const FROM = '2016-06-15';
const folder = scratch('from-node');
const data = join(folder.dir, 'data');
const at = (name: string): string => join(folder.dir, name);
let node: ReturnType<typeof spawnElectra>;
let end: Promise<Result>;
let date: string;
let rpc: string;

async function provenDays(): Promise<number> {
  const sql = connect({ url: databaseUrl(join(data, 'secrets'), 'books'), max: 1, application: 'test of bundles from a node' });
  try {
    const [{ days }] = await sql<{ days: number }[]>`
      select count(*)::int4 as days from chain.proven_book p join books.day d using (day, version) where d.state = 'released'`;
    return days;
  } catch {
    return 0;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

beforeAll(async () => {
  node = spawnElectra(['up', '--from', FROM, '--days', '1', '--data', data]);
  end = collect(node);
  await until(async () => (await provenDays()) > 0, 300_000, 'the chain has verified the day');
  [date] = Object.keys(JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')).dates).sort();
  rpc = JSON.parse(readFileSync(join(data, 'run', 'endpoints.json'), 'utf8')).rpcUrls[1];
}, 320_000);
afterAll(async () => {
  node?.kill('SIGTERM');
  await end;
  folder.remove();
}, 180_000);

const filesOf = (dir: string): Map<string, string> =>
  new Map(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(dir.length + 1), readFileSync(path, 'utf8')]),
  );

/** A header is signed by more than two thirds; by whom a node saw it signed first is its own matter. */
function unsigned(light: string): unknown {
  const file = JSON.parse(light) as { blocks: KeptHeader[] };
  return { ...file, blocks: file.blocks.map(({ header }) => header) };
}

describe('a day that the chain has verified', () => {
  test('is had from any of its nodes as from the operator, byte for byte', async () => {
    expect(await electra('export', date, '--out', at('own'), '--data', data)).toMatchObject({ code: 0 });
    const own = filesOf(at('own'));
    const { height } = parseStateFile(own.get(`days/${date}/state.json`)!);
    expect(await electra('export', date, '--rpc', rpc, '--height', String(height), '--out', at('theirs'))).toMatchObject({
      code: 0,
      err: '',
    });
    const theirs = filesOf(at('theirs'));
    expect([...theirs.keys()].sort()).toEqual([...own.keys()].sort());
    for (const [path, text] of own)
      if (path === 'light.json') expect(unsigned(theirs.get(path)!)).toEqual(unsigned(text));
      else expect(theirs.get(path), path).toBe(text);
  }, 180_000);

  test('passes its audit from there, and says by exit code 2 where there is no such day or node', async () => {
    const passed = await electra('audit', '--rpc', rpc, date, '--development-keys');
    expect(passed, passed.out + passed.err).toMatchObject({ code: 0 });
    const later = await electra('audit', '--rpc', rpc, '2050-01-01', '--development-keys');
    expect(later.code).toBe(2);
    expect(later.err).toContain('2050-01-01: the chain has verified no book of it');
    const away = await electra('audit', '--rpc', 'http://127.0.0.1:9', date);
    expect([away.code, away.err]).toEqual([2, expect.stringContaining('cannot be reached')]);
  }, 180_000);

  test('is well in the eyes of the doctor and of anybody', async () => {
    const { out } = await electra('doctor', '--data', data);
    expect(out).toMatch(/✓ proven books +the chain has verified every anchored book/);
  }, 180_000);
});
