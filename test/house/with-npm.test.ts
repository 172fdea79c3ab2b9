/** What npm runs ends with it, also where only npm itself is told to (scripts/with-npm.mjs). */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { scratch } from '../kit/electra.ts';
import { until } from '../kit/until.ts';

const ROOT = new URL('../..', import.meta.url);
const imported = (file: string): string => JSON.stringify(fileURLToPath(new URL(file, ROOT)));
const folder = scratch('with-npm');
const at = (name: string): string => join(folder.dir, name);
const isThere = (name: string): boolean => existsSync(at(name));
afterAll(folder.remove);

/** Says that it runs, and that it was asked to end; by itself it ends after a minute. */
const PROGRAM = `import { writeFileSync } from 'node:fs';
process.on('SIGTERM', () => { writeFileSync(process.argv[2] + '.ended', ''); process.exit(0); });
setTimeout(() => {}, 60_000); writeFileSync(process.argv[2] + '.runs', String(process.pid));`;
const WRAPPER = `import { runChild } from ${imported('bin/child.mjs')};
import { endWithNpm } from ${imported('scripts/with-npm.mjs')};
endWithNpm(); process.exit(await runChild(process.execPath, ['program.mjs', process.argv[2]]));`;
writeFileSync(at('program.mjs'), PROGRAM);
writeFileSync(at('wrapper.mjs'), WRAPPER);
writeFileSync(at('package.json'), JSON.stringify({ name: 'scratch', version: '1.0.0', scripts: { start: 'node wrapper.mjs npm' } }));

/** In a shell's background, with what npm sets or without. */
function left(name: string, env: NodeJS.ProcessEnv): void {
  const { npm_lifecycle_event: _, ...own } = process.env;
  spawn('sh', ['-c', `node wrapper.mjs ${name} & sleep 2`], { cwd: folder.dir, stdio: 'ignore', env: { ...own, ...env } });
}

test('a program that npm runs is asked to end when npm alone is ended', async () => {
  const npm = spawn('npm', ['start'], { cwd: folder.dir, stdio: 'ignore' });
  await until(() => isThere('npm.runs'), 30_000, 'npm runs it');
  expect(isThere('npm.ended')).toBe(false);
  npm.kill('SIGTERM');
  await until(() => isThere('npm.ended'), 20_000, 'it ends with npm');
}, 60_000);

test('one that a shell has left in its background goes on without npm, and ends where npm had started that', async () => {
  left('of-npm', { npm_lifecycle_event: 'start' });
  left('alone', {});
  await until(() => isThere('of-npm.ended') && isThere('alone.runs'), 30_000, 'the one of npm ends');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  process.kill(Number(readFileSync(at('alone.runs'), 'utf8')), 0); // throws where it is gone
  expect(isThere('alone.ended')).toBe(false);
  process.kill(Number(readFileSync(at('alone.runs'), 'utf8')));
}, 60_000);
