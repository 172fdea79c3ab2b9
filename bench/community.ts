/**
 * A whole community by `electra up`: how long the first verdict takes, what each process weighs, and how soon after its commit a reading is
 * readable by GraphQL.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Figure } from './frame.ts';
import { benchLatency, RATE } from './latency.ts';

const BIN = fileURLToPath(new URL('../bin/electra.mjs', import.meta.url));

function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The process and everything below it: a chain node runs under a small shell, Postgres has one process per connection. */
function treeMb(pid: number): number {
  const children = existsSync(`/proc/${pid}/task/${pid}/children`)
    ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
    : [];
  return residentMb(pid) + children.reduce((sum, child) => sum + treeMb(child), 0);
}

/** Starts `electra up` in a folder of its own and gives it to `work` once it runs on with the present. */
async function withCommunity<T>(args: readonly string[], work: (data: string, verdictS: number) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'electra-bench-'));
  const data = join(dir, 'data');
  const startMs = performance.now();
  const child = spawn(process.execPath, [BIN, 'up', '--data', data, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (!out.includes('Running on with the present')) {
      if (child.exitCode !== null) throw new Error(`electra up ended with ${child.exitCode}: ${out.slice(-400)}`);
      await sleep(100);
    }
    return await work(data, (performance.now() - startMs) / 1000);
  } finally {
    child.kill('SIGINT');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }
}

function memoryOf(data: string): Figure[] {
  const pids = JSON.parse(readFileSync(join(data, 'run/pids.json'), 'utf8')) as Record<string, number>;
  const memory: Figure[] = Object.entries(pids).map(([name, pid]) => ({
    name: `resident memory: ${name}`,
    value: treeMb(pid),
    unit: 'MB',
  }));
  const postmaster = Number(readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  return [...memory, { name: 'resident memory: postgres (shared pages counted per process)', value: treeMb(postmaster), unit: 'MB' }];
}

export async function benchCommunity(): Promise<Figure[]> {
  const verdict = await withCommunity(
    [],
    async (data, verdictS): Promise<Figure[]> => [
      { name: 'two days of `rural`, from nothing to the verdict', value: verdictS, unit: 's', aim: { atMost: 120 } },
      ...memoryOf(data),
    ],
  );
  return [...verdict, ...(await withCommunity(['--days', '1', '--rate', String(RATE)], benchLatency))];
}
