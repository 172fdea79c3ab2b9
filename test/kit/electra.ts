/** Runs the real command line as a user would, on data folders of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/electra.mjs', import.meta.url));

export interface Result {
  code: number;
  out: string;
  err: string;
}

export function spawnElectra(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

export function collect(child: ChildProcess): Promise<Result> {
  let [out, err] = ['', ''];
  child.stdout!.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, out, err })));
}

export const electra = (...args: string[]): Promise<Result> => collect(spawnElectra(args));

/** The same, with the CPU time of it and of all that it started: what hangs neither on other work of the machine nor on its disk. */
export async function measured(...args: string[]): Promise<Result & { cpuS: number }> {
  const shell = spawn('bash', ['-c', '"$@"; code=$?; times >&2; exit $code', 'bash', process.execPath, BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result = await collect(shell);
  const children = result.err.trimEnd().split('\n').at(-1)!; // `0m1.234s 0m0.120s`: user and system time
  const [user, system] = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
  return { ...result, cpuS: user + system };
}

/** A folder that is removed at the end. */
export function scratch(name: string): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), `electra-${name}-`));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }) };
}
