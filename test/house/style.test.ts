/**
 * What formatter and linter do not hold: width, size of files and of functions, headers, and words that promise instead of doing.
 *
 * All offences are reported at once. Tables of constants, recordings and generated files are nobody's prose and are left out.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { root } from './rooms.ts';

const WIDTH_MAX = 140;
const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;

const UNREAD = new RegExp(
  [
    '(^|/)(generated|testdata|keys|data|vectors|golden/expected)/',
    '\\.pb(\\.gw)?\\.go$',
    '_constants\\.h$',
    'package-lock\\.json$',
    'go\\.(sum|mod)$',
  ].join('|'),
);

/**
 * Lines that stay as wide as they are: a migration that a release has run is not changed, and the witness generator's bytes, which the
 * published keys' hashes go with, change with the layout of a circuit. A sentence of the pages stands on one line, for those who translate.
 */
const WIDE = /^src\/node\/db\/migrations\/000[1-5]_|\.circom$|^(web\/src\/i18n|gateway\/src\/setup\/texts)\/([a-z]+\/)?(en|de|es|nl)\.ts$/;

function tracked(...patterns: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return listed.split('\n').filter((path) => path && !UNREAD.test(path));
}

const linesOf = (path: string): string[] => readFileSync(join(root, path), 'utf8').split('\n');
const code = tracked('*.ts', '*.tsx', '*.mjs', '*.go', '*.circom', '*.sql', '*.graphql', '*.sh', '*.yml', '*.c', '*.h');
const scripts = code.filter((path) => /\.(tsx?|mjs)$/.test(path));
const product = scripts.filter(
  (path) => /^(src|sdk\/ts\/src|gateway\/src|mappings|simulator|scripts|web)\//.test(path) && !/\.test\.ts$/.test(path),
);

const tooWide = (path: string, lines: readonly string[]): string[] =>
  lines.flatMap((line, i) => ([...line].length > WIDTH_MAX ? [`${path}:${i + 1}: ${[...line].length} columns`] : []));

/** Functions longer than a screen; one inside another counts for itself too. */
function tooLong(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const [from, to] = [lineOf(node.getStart(file)), lineOf(node.end)];
      if (to - from + 1 > FUNCTION_LINES_MAX) found.push(`${path}:${from}: ${to - from + 1} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

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
  test(`keeps to ${WIDTH_MAX} columns`, () => {
    expect(code.filter((path) => !WIDE.test(path)).flatMap((path) => tooWide(path, linesOf(path)))).toEqual([]);
  });
  test(`keeps to ${FILE_LINES_MAX} lines`, () => expect(code.filter((path) => linesOf(path).length > FILE_LINES_MAX + 1)).toEqual([]));
  test(`keeps its functions to ${FUNCTION_LINES_MAX} lines, in what runs for users`, () => {
    expect(product.flatMap((path) => tooLong(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });
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
  test('leaves alone what a release has run and what keys go with, and reads the migrations that are new', () => {
    expect(['src/node/db/migrations/0001_roles.sql', 'circuits/day-bill.circom'].filter((path) => !WIDE.test(path))).toEqual([]);
    expect(['src/node/db/migrations/0006_views.sql', 'circuits/scripts/build.ts'].filter((path) => WIDE.test(path))).toEqual([]);
  });
  test('counts columns as a reader does', () => {
    expect(tooWide('a.ts', ['x'.repeat(WIDTH_MAX), 'x'.repeat(WIDTH_MAX + 1), '·'.repeat(WIDTH_MAX)])).toEqual(['a.ts:2: 141 columns']);
  });
  test('measures a function wherever it is written', () => {
    const body = '\n'.repeat(FUNCTION_LINES_MAX - 1);
    expect(tooLong('a.ts', `function a() {${body}}`)).toEqual([]);
    for (const begin of ['function a() {', 'const a = () => {', 'class A { a() {', 'const a = { get a() {'])
      expect(tooLong('a.ts', `${begin}${body}\n}`)).toEqual(['a.ts:1: 71 lines']);
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
