/** What a terminal, a shell, a package manager or a disk brings before anything of ours runs. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect, scratch } from '../test/kit/electra.ts';
import { expectThat, type Fault } from './fault.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'bin/electra.mjs');

/** Runs a line of bash with `$electra`, and says what it said. */
export const bash = (line: string, env: NodeJS.ProcessEnv = {}) =>
  collect(
    spawn('bash', ['-c', line], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, electra: `${process.execPath} ${BIN}`, ...env },
    }),
  );

/** A program behind the wrapper that every command has: `program` is JavaScript. */
export const wrapped = (program: string): string =>
  `import { runChild } from ${JSON.stringify(join(ROOT, 'bin/child.mjs'))};` +
  `process.exit(await runChild(process.execPath, ['-e', ${JSON.stringify(program)}]));`;

function runWrapped(program: string, env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, ['--input-type=module', '-e', wrapped(program)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  });
}

const COUNTS_SIGNALS = `let n = 0; process.on('SIGINT', () => n++); process.on('SIGTERM', () => {});
  setTimeout(() => { console.log('interrupts ' + n); process.exit(0); }, 2500); console.log('ready');`;

async function oneCtrlC(): Promise<string> {
  const child = runWrapped(COUNTS_SIGNALS);
  child.stdout!.once('data', () => process.kill(-child.pid!, 'SIGINT')); // to the whole group, as a terminal does
  const { out } = await collect(child);
  expectThat(out.includes('interrupts 1'), `the program behind the wrapper heard: ${out.trim()}`);
  return 'one SIGINT for the program behind the wrapper';
}

async function othersSettings(): Promise<string> {
  const server = createServer((_, response) => response.end('direct')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const program = `fetch('http://127.0.0.1:${port}').then((r) => r.text()).then((t) => console.log(t, Object.keys(process.env)
    .filter((name) => name.startsWith('PG')).length), (e) => console.log('failed', e.cause?.code));`;
  const proxy = 'http://127.0.0.1:9';
  const { out } = await collect(
    runWrapped(program, { PGSSLMODE: 'require', PGHOST: 'elsewhere', HTTP_PROXY: proxy, http_proxy: proxy, NODE_USE_ENV_PROXY: '1' }),
  );
  server.close();
  expectThat(out.trim() === 'direct 0', `expected a direct answer and no PG variable, got: ${out.trim()}`);
  return 'own machine asked directly, no PG variable handed on';
}

async function goneReader(): Promise<string> {
  const { out, err } = await bash('$electra --help | head -c 1 >/dev/null; echo "code $PIPESTATUS"');
  expectThat(out.includes('code 0') && err === '', `expected code 0 and silence: ${out} ${err}`);
  return 'exit code 0, no word of it';
}

async function fullOutput(): Promise<string | { cannot: string }> {
  if (!existsSync('/dev/full')) return { cannot: 'no /dev/full' };
  const { code, err } = await bash('$electra >/dev/full');
  expectThat(code === 1 && /^electra: .*ENOSPC.*\n$/.test(err), `expected 1 and a sentence, got ${code}: ${err}`);
  return err.trim();
}

/** A clone whose npm installs nothing that runs. */
async function noScripts(): Promise<string> {
  const folder = scratch('no-scripts');
  try {
    for (const part of ['bin', 'scripts', 'package.json', 'package-lock.json'])
      cpSync(join(ROOT, part), join(folder.dir, part), { recursive: true });
    mkdirSync(join(folder.dir, 'fake'));
    writeFileSync(join(folder.dir, 'fake/npm'), '#!/bin/sh\nmkdir -p node_modules\necho "$@" > asked\n');
    chmodSync(join(folder.dir, 'fake/npm'), 0o755);
    const env = { PATH: `${join(folder.dir, 'fake')}:${process.env.PATH}` };
    const { code, err } = await bash(
      `cd ${folder.dir} && ${process.execPath} scripts/start.mjs --once; code=$?; cat asked; exit $code`,
      env,
    );
    expectThat(code === 1 && /^npm start: npm ci left no .*\n$/.test(err), `expected 1 and a sentence, got ${code}: ${err}`);
    expectThat(!existsSync(join(folder.dir, 'node_modules/.electra-lock')), 'what is not installed was written down as installed');
    return err.trim();
  } finally {
    folder.remove();
  }
}

const ENDS_AFTER_MS = 10_000;

/** What a benchmark starts ends with it, also when it is killed. */
async function orphan(): Promise<string> {
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(join(ROOT, 'test/kit/index-process.ts'))},
        'http://127.0.0.1:9', 'postgres://a:b@127.0.0.1:9/c'], { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
      child.stdout.once('data', () => console.log(child.pid)); setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', (chunk) => resolve(String(chunk)))));
  parent.kill('SIGKILL');
  const startMs = performance.now();
  while (performance.now() - startMs < ENDS_AFTER_MS) {
    if (
      spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
        .stdout.trim()
        .replace(/^Z.*/, '') === ''
    )
      return `gone after ${Math.round(performance.now() - startMs)} ms`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.kill(pid, 'SIGKILL');
  throw new Error(`the indexer still ran ${ENDS_AFTER_MS / 1000} s after its benchmark was killed`);
}

export const shell: readonly Fault[] = [
  { name: 'ctrl-c-to-the-group', does: 'one Ctrl-C reaches wrapper and program: it counts once', quick: true, run: oneCtrlC },
  { name: 'settings-of-others', does: 'PGSSLMODE and HTTP_PROXY of the shell: nothing changes', quick: true, run: othersSettings },
  { name: 'reader-gone', does: 'who reads our output is gone: the exit code still counts', quick: true, run: goneReader },
  { name: 'output-full', does: 'our output goes to a full disk: a sentence and exit 1', quick: true, run: fullOutput },
  { name: 'npm-without-scripts', does: 'npm left no Node: a sentence, and nothing is taken for installed', quick: true, run: noScripts },
  { name: 'benchmark-killed', does: 'kill -9 of a benchmark: its indexer ends', quick: true, run: orphan },
];
