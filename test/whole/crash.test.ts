/**
 * Killing any process at any moment loses nothing and doubles nothing: a day is replayed while one part after the other is killed, at last
 * the whole, and the books that come out are those of a calm day.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DayReport } from '../../src/node/books/index.ts';
import { connect, databaseUrl } from '../../src/node/db/index.ts';
import { collect, electra, scratch, spawnElectra } from '../kit/electra.ts';
import { recompute } from '../kit/recompute.ts';
import { until as untilSo } from '../kit/until.ts';

const FROM = '2016-03-15';
const folder = scratch('crash');
const data = join(folder.dir, 'data');
afterAll(folder.remove);

const pids = (): Record<string, number> => {
  try {
    return JSON.parse(readFileSync(join(data, 'run', 'pids.json'), 'utf8'));
  } catch {
    return {};
  }
};

function kill(name: string): boolean {
  const pid =
    name === 'postgres' ? Number(readFileSync(join(data, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]) : pids()[name];
  if (!pid) return false;
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

const until = (what: string, ready: () => boolean | Promise<boolean>): Promise<void> => untilSo(ready, 240_000, what);

async function counts() {
  const sql = connect({ url: databaseUrl(join(data, 'secrets'), 'books'), max: 1, application: 'crash test' });
  try {
    const [row] = await sql<{ statements: number; proofs: number; books: number; released: number; height: number }[]>`select
      (select count(*) from books.statement)::int4 as statements, (select count(*) from prove.proof)::int4 as proofs,
      (select count(*) from books.day)::int4 as books, (select count(*) from books.day where state = 'released')::int4 as released,
      coalesce((select height from chain.cursor), 0)::int4 as height`;
    return row;
  } catch {
    return { statements: 0, proofs: 0, books: 0, released: 0, height: 0 };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

describe('a day during which every process is killed', () => {
  test('ends with the books of a calm day, each row once', async () => {
    const first = spawnElectra(['up', '--from', FROM, '--days', '1', '--data', data]);
    const firstEnd = collect(first);
    await until('the indexer runs', () => pids().indexer !== undefined);
    await until('blocks are indexed', async () => (await counts()).height > 0);
    expect(kill('indexer')).toBe(true);
    await until('statements are opened', async () => (await counts()).statements > 0);
    expect(kill('vault')).toBe(true);
    expect(kill('books')).toBe(true);
    await until('the day is drafted', async () => (await counts()).books === 1);
    await until('a first proof is there', async () => (await counts()).proofs > 0);
    expect(kill('prover-0')).toBe(true);
    expect(kill('signer')).toBe(true);
    await until('more proofs are there', async () => (await counts()).proofs > 2);
    expect(kill('postgres')).toBe(true);
    await until('Postgres is back and proofs go on', async () => (await counts()).proofs > 4);
    process.kill(-first.pid!, 'SIGKILL'); // the whole, as at a power cut
    await firstEnd;

    const second = await electra('up', '--once', '--data', data);
    expect(second, second.out + second.err).toMatchObject({ code: 0 });

    const dates = Object.keys(JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')).dates).sort();
    const report: DayReport = JSON.parse((await electra('report', dates[0], '--json', '--data', data)).out);
    const [expected] = recompute('rural', FROM, 1);
    const amounts = (members: { member: string; amountNel: string }[]) => members.map((m) => `${m.member} ${m.amountNel}`).sort();
    expect(amounts(report.members)).toEqual(amounts(expected.members));
    expect(report.members.every((m) => m.source === 'metered')).toBe(true);
    expect(report.prices).toEqual(expected.prices);
  }, 900_000);
});
