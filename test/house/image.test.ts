/**
 * The node's image, without a daemon that could build it: the files that the Dockerfile copies and .dockerignore lets through, beside the
 * packages that are not for development, start the command line and load every process.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROVER_BINARY } from '../../src/node/proofs/engine.ts';
import { type Instruction, ignoring, imageFiles, stages } from '../kit/image.ts';
import { importsOf, root } from './rooms.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const node = (): Instruction[] => stages(read('Dockerfile')).node;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'electra-image-'));
let files: string[];

/** The packages that `npm ci --omit=dev` installs, as links to those of the repository. */
function linkPackages(): void {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { dev?: boolean; link?: boolean }> };
  for (const [path, { dev, link }] of Object.entries(packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || dev || link || !existsSync(join(root, path))) continue;
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    symlinkSync(join(root, path), join(folder, path));
  }
}

beforeAll(() => {
  files = imageFiles(root, node(), read('.dockerignore'));
  for (const path of files) cpSync(join(root, path), join(folder, path));
  linkPackages();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: string[]): Promise<{ stdout: string }> => run(process.execPath, ['bin/electra.mjs', ...args], { cwd: folder });

describe('the node’s image', () => {
  test('has the manifest of every workspace before its packages are installed', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    const before = node().slice(
      0,
      node().findIndex(({ name, text }) => name === 'RUN' && text.includes('npm ci')),
    );
    const there = imageFiles(root, before, read('.dockerignore'));
    expect(there).toEqual(expect.arrayContaining(['package-lock.json', ...workspaces.map((path) => `${path}/package.json`)]));
  });

  test('carries no test, no chain, no firmware and no data of others', () => {
    const rooms = /^(test|attack|bench|chain|data|docs|scripts|sdk\/c|sdk\/vectors|circuits\/(?!keys))/;
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((path) => rooms.test(path) || /\.test\.ts$|\/testdata\/|\/(test|dist)\//.test(path))).toEqual([]);
  });

  test('has electra-prove where provers look for it, from the stage that builds it', () => {
    const built = stages(read('Dockerfile'))['chain-build'].find(({ text }) => text.includes('go build'))!;
    expect(built.text).toMatch(/-o \/out\/ .*\.\/cmd\/electra-prove/);
    expect(node().map(({ text }) => text)).toContain(`--from=chain-build /out/electra-prove ${relative(root, PROVER_BINARY)}`);
  });

  test('has whatever its files import', () => {
    const there = new Set(files);
    const wanted = files
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) =>
        importsOf(readFileSync(join(folder, path), 'utf8'))
          .filter((name) => name.startsWith('.'))
          .map((name) => [path, normalize(join(dirname(path), name))]),
      );
    expect(wanted.filter(([, target]) => !there.has(target))).toEqual([]);
  });

  test('starts its command line, and each service’s command, from nothing else', { timeout: 120_000 }, async () => {
    expect((await start('--help')).stdout).toContain('Usage: electra');
    const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { image: string; command: string[] }>;
    };
    const commands = Object.values(services)
      .filter(({ image }) => image.startsWith('electra/node'))
      .map(({ command }) => command[0]);
    expect(commands.length).toBeGreaterThan(5);
    // the operator's service starts no command of its own: it says which there are
    for (const command of new Set(commands))
      expect((await start(command, '--help')).stdout).toContain(`Usage: electra ${command === '--help' ? '[options]' : command}`);
  });

  test('loads every process', { timeout: 120_000 }, async () => {
    const names = readdirSync(join(folder, 'src/node/processes')).filter((name) => name.endsWith('.ts'));
    const each = `for (const name of ${JSON.stringify(names)}) await import('${folder}/src/node/processes/' + name);`;
    const load = `${each} console.log('loaded');`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', load], { cwd: folder });
    expect(stdout.trim()).toBe('loaded');
  });
});

describe('the chain’s image', () => {
  test('is built by a Go that is as new as go.mod asks for', () => {
    const number = (text: string, pattern: RegExp): number[] => pattern.exec(text)!.slice(1).map(Number);
    const [asked, has] = [number(read('chain/go.mod'), /^go (\d+)\.(\d+)/m), number(read('Dockerfile'), /golang:(\d+)\.(\d+)/)];
    expect(has[0] * 1000 + has[1]).toBeGreaterThanOrEqual(asked[0] * 1000 + asked[1]);
  });
});

test('what .dockerignore says is read as Docker reads it: the last pattern that matches decides', () => {
  const ignored = ignoring('# a comment\n.*\n!.npmrc\n**/testdata\n**/*.test.ts\nchain/bin\n');
  for (const path of ['.git/config', '.env', 'src/a.test.ts', 'a.test.ts', 'src/x/testdata/y.json', 'chain/bin/electrad'])
    expect([path, ignored(path)]).toEqual([path, true]);
  for (const path of ['.npmrc', 'src/a.ts', 'src/testdata.ts', 'chain/binary', 'x/chain/bin/a'])
    expect([path, ignored(path)]).toEqual([path, false]);
});
