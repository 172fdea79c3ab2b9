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

/** A folder that is removed at the end. */
export function scratch(name: string): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), `electra-${name}-`));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
