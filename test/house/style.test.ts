/**
 * What formatter and linter do not hold: width, size, headers, and words that promise instead of doing.
 *
 * All offences are reported at once. Tables of constants, recordings and generated files are nobody's prose and are left out.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './rooms.ts';

const WIDTH_MAX = 140;
const FILE_LINES_MAX = 800;

const UNREAD =
  /(^|\/)(generated|testdata|keys|data|vectors|golden\/expected)\/|\.pb(\.gw)?\.go$|poseidon_constants\.h$|package-lock\.json$|go\.(sum|mod)$/;

function tracked(...patterns: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return listed.split('\n').filter((path) => path && !UNREAD.test(path));
}

const linesOf = (path: string): string[] => readFileSync(join(root, path), 'utf8').split('\n');
const code = tracked('*.ts', '*.mjs', '*.go', '*.circom', '*.sql', '*.graphql', '*.sh', '*.yml');
const scripts = code.filter((path) => /\.(ts|mjs)$/.test(path));

const tooWide = (path: string, lines: readonly string[]): string[] =>
  lines.flatMap((line, i) => ([...line].length > WIDTH_MAX ? [`${path}:${i + 1}: ${[...line].length} columns`] : []));

/**
 * A file opens with a doc comment that says what it is for, behind a shebang at most. Tests say it by their names, declarations by what
 * they declare.
 */
const opensWithDoc = (text: string): boolean => /^(#!.*\n)?\/\*\*/.test(text);

const promises = (path: string, lines: readonly string[]): string[] =>
  lines.flatMap((line, i) => (/\b(TODO|FIXME|XXX|HACK)\b/.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 80)}`] : []));

const focused = (path: string, lines: readonly string[]): string[] =>
  lines.flatMap((line, i) => (/\b(describe|test)\.(skip|only|todo)\(/.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 80)}`] : []));

describe('every file', () => {
  test(`keeps to ${WIDTH_MAX} columns`, () => expect(code.flatMap((path) => tooWide(path, linesOf(path))).slice(800)).toEqual([]));
  test(`keeps to ${FILE_LINES_MAX} lines`, () => expect(code.filter((path) => linesOf(path).length > FILE_LINES_MAX + 1)).toEqual([]));
  test('opens with what it is for', () =>
    expect(scripts.filter((path) => !/\.(test|d)\.ts$/.test(path) && !opensWithDoc(readFileSync(join(root, path), 'utf8')))).toEqual([]));
  test('does, and does not promise', () => {
    expect(code.filter((path) => path !== 'test/house/style.test.ts').flatMap((path) => promises(path, linesOf(path)))).toEqual([]);
  });
  test('skips no test and runs none alone', () => {
    const all = scripts.filter((path) => /\.test\.ts$/.test(path) && path !== 'test/house/style.test.ts');
    expect(all.flatMap((path) => focused(path, linesOf(path)))).toEqual([]);
  });
});

describe('the test of style', () => {
  test('counts columns as a reader does', () => {
    expect(tooWide('a.ts', ['x'.repeat(WIDTH_MAX), 'x'.repeat(WIDTH_MAX + 1), '·'.repeat(WIDTH_MAX)])).toEqual(['a.ts:2: 141 columns']);
  });
  test('takes a doc comment for a header, and nothing else', () => {
    expect(['/** a */', '#!/usr/bin/env node\n/** a */'].map(opensWithDoc)).toEqual([true, true]);
    expect(['// a', 'import a;', '/* a */'].map(opensWithDoc)).toEqual([false, false, false]);
  });
  test('sees promises and skipped tests', () => {
    expect(promises('a.ts', ['// TODO later', '// todo is Spanish'])).toHaveLength(1);
    expect(focused('a.test.ts', ["test.skip('a')", "test.skipIf(true)('a')", "test('a')"])).toHaveLength(1);
  });
});
