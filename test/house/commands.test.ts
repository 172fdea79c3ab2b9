/**
 * Every command that a text tells somebody to type exists: `electra …` with its sub-command and options, `npm run …`, and what
 * docker-compose.yml runs. A remedy that names a command which was never written is worse than none.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeProgram } from '../../src/cli/commands.ts';
import { root } from './rooms.ts';

const scriptsOf = (manifest: string): Record<string, string> =>
  existsSync(join(root, manifest)) ? (JSON.parse(readFileSync(join(root, manifest), 'utf8')).scripts ?? {}) : {};
const scripts = scriptsOf('package.json');
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, { image: string; command?: string[] }>;
};
const SELF = 'test/house/commands.test.ts';
const FILES = ['*.ts', '*.mjs', '*.md', '*.yml', '*.sql', '*.graphql', '*.go', '*.c', '*.h', '*.sh', '*.circom', '*Dockerfile'];

let program: Command;
beforeAll(async () => {
  program = await makeProgram();
}, 60_000);

const tracked = (): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...FILES], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .filter((path) => path && path !== SELF && !/(^|\/)(generated|testdata|golden)\//.test(path));

/**
 * What a line tells somebody to type: after `npx`, or between back quotes; in code, where those begin templates, between escaped ones or in
 * a comment.
 */
function typed(line: string, word: RegExp, code = false): string[] {
  const quote = code && !/^\s*(\/?\*|\/\/)| \/\/ /.test(line) ? '\\\\`' : '`';
  const starts = new RegExp(`(?:npx |${quote}(?:npx )?)(?=${word.source})`, 'g');
  return [...line.matchAll(starts)].map((match) => line.slice(match.index + match[0].length).split(/[`\\'"|&#·;)]/)[0]);
}

/** Why `electra …` cannot be typed like that, or null. Names in angle brackets, ellipses and values are the reader's to fill in. */
function fault(text: string): string | null {
  const [, ...words] = text.trim().split(/\s+/);
  let command = program;
  while (words.length > 0 && command.commands.length > 0) {
    if (/^[…<$A-Z[-]/.test(words[0])) break;
    const name = words.shift()!.replace(/[.,:]$/, '');
    const next = command.commands.find((c) => c.name() === name);
    if (!next) return `no ${command === program ? 'command' : `${command.name()}-command`} "${name}"`;
    command = next;
  }
  const known = new Set(['--help', '--version', ...command.options.map((option) => option.long)]);
  const option = words.map((word) => word.replace(/[=.,:\]].*$/, '')).find((word) => /^--[a-z]/.test(word) && !known.has(word));
  return option ? `${command.name()} has no option ${option}` : null;
}

function offences(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const at = `${path}:${i + 1}`;
    const electra = typed(line, /electra [a-z-]/, /\.m?ts$|\.mjs$/.test(path)).flatMap((command) => {
      const why = fault(command);
      return why ? [`${at}: ${why}`] : [];
    });
    const npm = [...line.matchAll(/npm run ([a-z][a-z:-]*[a-z])(?: -w ([a-z/]+))?/g)].flatMap(([, script, folder]) =>
      (folder ? scriptsOf(`${folder}/package.json`) : scripts)[script]
        ? []
        : [`${at}: ${folder ? `${folder}/` : ''}package.json has no script "${script}"`],
    );
    const inside = [...line.matchAll(/docker compose run --rm ([a-z]+)(?: ([a-z][a-z-]*))?/g)].flatMap(([, service, command]) => [
      ...(compose.services[service] ? [] : [`${at}: docker-compose.yml has no service "${service}"`]),
      ...(command === undefined || program.commands.some((c) => c.name() === command) ? [] : [`${at}: no command "${command}"`]),
    ]);
    return [...electra, ...npm, ...inside];
  });
}

describe('every command that is named', () => {
  test('in code, pages and comments exists, with its sub-command and options', () => {
    expect(tracked().flatMap((path) => offences(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });

  test('by docker-compose.yml exists, with its options', () => {
    const node = Object.entries(compose.services).filter(([, { image }]) => image.startsWith('electra/node'));
    expect(node.length).toBeGreaterThan(5);
    expect(node.flatMap(([, { command }]) => fault(`electra ${command!.join(' ')}`) ?? []).map(String)).toEqual([]);
    expect(node.filter(([, { command }]) => !command)).toEqual([]);
  });

  test('by README is typed often enough to be found', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').split('\n');
    expect(readme.flatMap((line) => typed(line, /electra [a-z-]/)).length).toBeGreaterThan(8);
  });
});

describe('the test of commands', () => {
  test('takes a template for what it is, and a quoted command in one for a command', () => {
    expect(offences('a.ts', 'seed(`electra test meter ${i}`)')).toEqual([]);
    expect(offences('a.ts', 'say(`run \\`electra tset\\``)')).toEqual(['a.ts:1: no command "tset"']);
    expect(offences('a.ts', ' * see `electra tset`')).toEqual(['a.ts:1: no command "tset"']);
  });

  test.each([
    ['run `electra migrat`', 'no command "migrat"'],
    ['run \\`electra migrat\\`, please', 'no command "migrat"'],
    ['$ npx electra key destory 1 --yes', 'no key-command "destory"'],
    ['npx electra audit bundle --developement-keys', 'audit has no option --developement-keys'],
    ['npx electra key rotate && npx electra key bakup --out x', 'no key-command "bakup"'],
    ['`npm run benchmark`', 'package.json has no script "benchmark"'],
    ['`npm run fuz -w gateway`', 'gateway/package.json has no script "fuz"'],
    ['`docker compose run --rm book doctor`', 'docker-compose.yml has no service "book"'],
    ['`docker compose run --rm books docter --data /data`', 'no command "docter"'],
  ])('finds a command that is none in %s', (line, why) => expect(offences('a.md', line)).toEqual([`a.md:1: ${why}`]));

  test.each([
    'run `electra migrate`',
    '`electra key …`: keys',
    '`electra <command> --help`',
    'npx electra key rotate && npx electra key backup --out keys.backup',
    'npx electra audit bundle --development-keys   # exit 0 passed',
    '`electra index --reset`',
    "application: 'electra probe'",
    '`npm run bench:audit -- --month`',
    '`npm run fuzz -w gateway -- 1000 1`',
    '`docker compose run --rm books doctor --data /data`',
  ])('finds nothing in %s', (line) => expect(offences('a.md', line)).toEqual([]));
});
