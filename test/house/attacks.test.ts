/**
 * The table of attacks between communities (docs/attacks.md) names a test that exists for each: of Go by its name, of `attack/` by the
 * attack's, and files by their paths. A row without one, or a dash without a reason, is none.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attacks } from '../../attack/list.ts';
import { root } from './rooms.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function rowsOf(page: string): string[][] {
  const [, table] = page.split('| attack | refused by the chain | and by the auditor |\n|---|---|---|\n');
  return table
    .split('\n\n')[0]
    .split('\n')
    .map((line) =>
      line
        .replace(/^\| | \|$/g, '')
        .split(' | ')
        .map((cell) => cell.trim()),
    );
}

const under = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => read(join(folder, path)));
const inGo = new Set(under('chain', '_test.go').flatMap((text) => text.match(/(?<=^func )Test\w+/gm) ?? []));
const known = new Set(attacks.map(({ name }) => name));

/** Why what stands in back quotes is no test, or null. */
function fault(name: string): string | null {
  if (name.startsWith('Test')) return inGo.has(name) ? null : `no test of Go is called ${name}`;
  if (name.includes('/')) return existsSync(join(root, name)) ? null : `no file ${name}`;
  return known.has(name) ? null : `no attack is called ${name}`;
}

function faultsOf([attack, ...cells]: string[]): string[] {
  if (cells.length !== 2) return [`${attack}: expected three cells`];
  return cells.flatMap((cell, i) => {
    const named = [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    if (named.length === 0 && !(i === 1 && /^—: \w/.test(cell))) return [`${attack}: names no test`];
    return named.map(fault).filter((why) => why !== null);
  });
}

describe('the table of attacks between communities', () => {
  const rows = rowsOf(read('docs/attacks.md'));

  test('names a test of chain and auditor for each', () => {
    expect(rows.length).toBeGreaterThanOrEqual(46);
    expect(rows.flatMap(faultsOf)).toEqual([]);
  });

  test.each([
    [['Halts', '`TestNothingThatIsThere`', '`settle-never`'], 'no test of Go is called TestNothingThatIsThere'],
    [['Halts', '`TestDustIsNotSent`', '`settle-whenever`'], 'no attack is called settle-whenever'],
    [['Halts', '`TestDustIsNotSent`', '`src/none.test.ts`'], 'no file src/none.test.ts'],
    [['Halts', '—: nobody halts', '`settle-never`'], 'Halts: names no test'],
    [['Halts', '`TestDustIsNotSent`', '—'], 'Halts: names no test'],
  ])('a row is refused: %j', (row, why) => {
    expect(faultsOf(row)).toEqual([why]);
  });
});
