/** Two set-ups of one clone at once: what installs or builds runs once, whoever is killed at it (scripts/alone.mjs, scripts/setup.mjs). */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect, scratch } from '../kit/electra.ts';
import { until } from '../kit/until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let clone: ReturnType<typeof scratch>;
const at = (...names: string[]): string => join(clone.dir, ...names);
const LOCK = '.cache/packages.lock';

/** Stands for npm and Go: says so when two of it run at once, takes its time, and leaves what the real one leaves. */
const tool = (leaves: string): string => `#!/bin/sh
case "$1" in version) echo go version go1.26.0 linux/amd64; exit 0 ;; list) exit 0 ;; esac
echo "begin $$" >> "$LOG"
mkdir "$LOG.busy" || echo overlap >> "$LOG"
i=0; while [ $i -lt "\${TAKES:-10}" ]; do sleep 0.1; i=$((i + 1)); done
${leaves}
rmdir "$LOG.busy"
echo end >> "$LOG"
`;

beforeEach(() => {
  clone = scratch('alone');
  for (const part of ['bin', 'scripts', 'package.json', 'package-lock.json']) cpSync(join(ROOT, part), at(part), { recursive: true });
  mkdirSync(at('fake'));
  mkdirSync(at('chain'));
  writeFileSync(at('chain/main.go'), 'package main\n');
  writeFileSync(at('fake/npm'), tool('rm -rf node_modules; mkdir -p node_modules/node/bin; : > node_modules/node/bin/node'));
  writeFileSync(at('fake/go'), tool('mkdir -p bin; : > bin/electrad; : > bin/electra-prove'));
  for (const name of ['npm', 'go']) chmodSync(at('fake', name), 0o755);
});
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  clone.remove();
});

function setUp(what: 'packages' | 'chain', takes = 10): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `import { ${what} } from './scripts/setup.mjs'; await ${what}();`], {
    cwd: clone.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${at('fake')}:${process.env.PATH}`, LOG: at('log'), TAKES: String(takes) },
  });
  started.push(child);
  return child;
}
const log = (): string[] => (existsSync(at('log')) ? readFileSync(at('log'), 'utf8').trim().split('\n') : []);
const words = (): string[] => log().map((line) => line.split(' ')[0]);

test.each(['packages', 'chain'] as const)('of three that begin at once, one makes %s, and the others say that they wait', async (what) => {
  const results = await Promise.all([1, 2, 3].map(() => collect(setUp(what))));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(words()).toEqual(['begin', 'end']);
  expect(results.filter(({ out }) => out.includes(`another set-up of this folder is at it; waiting for it to end`))).toHaveLength(2);
  expect(existsSync(at('.cache', `${what}.lock`))).toBe(false);
  expect((await collect(setUp(what))).out).toBe(''); // done: nothing to wait for, nothing to say
});

test('one that fails lets the next try', async () => {
  writeFileSync(at('fake/npm'), '#!/bin/sh\nexit 3\n');
  const { code, err } = await collect(setUp('packages'));
  expect(code).toBe(1);
  expect(err).toContain('npm ended with 3');
  expect(existsSync(at(LOCK))).toBe(false);
});

test('the lock of one that is killed with what it started is free at once', async () => {
  const first = setUp('packages', 100);
  await until(() => existsSync(at('log.busy')), 10_000, 'the first to be at it');
  first.kill('SIGKILL');
  process.kill(Number(log()[0].split(' ')[1]), 'SIGKILL');
  writeFileSync(at('log'), '');
  await collect(spawn('rmdir', [at('log.busy')], { stdio: ['ignore', 'pipe', 'pipe'] }));
  const startMs = performance.now();
  expect((await collect(setUp('packages'))).code).toBe(0);
  expect(performance.now() - startMs).toBeLessThan(20_000);
  expect(words().filter((word) => word !== '')).toEqual(['begin', 'end']);
});

test('the lock of one that is killed alone is that of the npm which still installs', async () => {
  const first = setUp('packages', 30);
  const owners = (): string[] => (existsSync(at(LOCK, 'owners')) ? readFileSync(at(LOCK, 'owners'), 'utf8').trim().split('\n') : []);
  await until(() => log().length === 1 && owners().length === 3, 10_000, 'the first to be at it, and its npm to be noted');
  first.kill('SIGKILL');
  expect((await collect(setUp('packages'))).code).toBe(0);
  expect(words()).toEqual(['begin', 'end', 'begin', 'end']);
});

test('a lock is kept fresh while it is held, however long that takes', async () => {
  const first = setUp('packages', 40);
  await until(() => log().length === 1, 10_000, 'the first to be at it');
  const long = Date.now() / 1000 - 110;
  utimesSync(at(LOCK), long, long);
  await until(() => Date.now() - statSync(at(LOCK)).mtimeMs < 60_000, 5_000, 'the lock to be touched');
  await collect(first);
});

test.each([-200, 200])('a lock without a living owner in reach, of %d s from now, is nobody’s', async (s) => {
  mkdirSync(at(LOCK), { recursive: true });
  writeFileSync(at(LOCK, 'owners'), `another-machine\n1\n`);
  const then = Date.now() / 1000 + s;
  utimesSync(at(LOCK), then, then);
  expect((await collect(setUp('packages'))).code).toBe(0);
  expect(words()).toEqual(['begin', 'end']);
});

test('a young lock of another machine is waited for', async () => {
  mkdirSync(at(LOCK), { recursive: true });
  writeFileSync(at(LOCK, 'owners'), `another-machine\n1\n`);
  const waiting = setUp('packages');
  let said = '';
  waiting.stdout!.on('data', (chunk) => {
    said += chunk;
  });
  await until(() => said.includes(LOCK), 10_000, 'that it waits');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(log()).toEqual([]);
});
