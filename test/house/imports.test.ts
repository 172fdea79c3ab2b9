/**
 * The house rules on imports, read from the files themselves: readings flow one way, nothing flows back, nothing goes in a circle.
 *
 * Every TypeScript and script file of the repository stands in a room of this table; one that does not is an offence too. Tests may import
 * what their room may, and the kit; what else they need of other rooms is named here, since a test's import is an arrow like any other.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cycles, door, importsOf, MAY_IMPORT, offences, projectFiles, ROOMS, roomOf } from './rooms.ts';

const files = projectFiles();
const read = (path: string): string => readFileSync(path, 'utf8');

describe('the house', () => {
  test('lets imports follow the data one way only', () => expect(offences(files, read)).toEqual([]));
  test('has no circle of imports', () => expect(cycles(files, read)).toEqual([]));
  test('has a room for every file', () => expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]));
  test('calls nothing of @cosmjs/encoding that builds for browsers leave out (web/browsers-only.ts)', () => {
    const leftOut = /import \{[^}]*\b(from|to)(Ascii|Utf8|Rfc3339)\b[^}]*\} from '@cosmjs\/encoding'/;
    const inBrowsers = files.filter((file) => /^(src\/(protocol|reader)|web)\//.test(file));
    expect(inBrowsers.filter((file) => leftOut.test(read(file)))).toEqual([]);
  });
  test('has files in every room', () => {
    expect(ROOMS.filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
  });
  test('names only rooms and doors that there are', () => {
    const named = new Set(Object.values(MAY_IMPORT).flat());
    const there = new Set(files.flatMap((file) => [roomOf(file), door(file)]));
    expect([...named].filter((name) => !there.has(name))).toEqual([]);
  });
});

describe('the test of the house', () => {
  const of = (texts: Record<string, string>) => ({ files: Object.keys(texts), read: (path: string) => texts[path] });

  test('sees an import wherever it is written', () => {
    const lines = ["import a from './x.ts';", 'export { b } from "../y.ts";', "const c = await import('../z.ts');"];
    const text = [...lines, "new URL('./w.ts', import.meta.url)"].join('\n');
    expect(importsOf(text)).toEqual(['./x.ts', '../y.ts', '../z.ts']);
  });
  test('refuses an arrow up, and an arrow past a door', () => {
    const { files, read } = of({
      'src/node/api/a.ts': "import '../vault/run.ts'; import '../db/connect.ts';",
      'src/node/books/b.ts': "import '../vault/client.ts'; import '../vault/keys/epochs.ts';",
      'src/node/vault/run.ts': '',
      'src/node/vault/client.ts': '',
      'src/node/vault/keys/epochs.ts': '',
      'src/node/db/connect.ts': '',
    });
    expect(offences(files, read)).toEqual([
      'src/node/api/a.ts imports src/node/vault/run.ts',
      'src/node/books/b.ts imports src/node/vault/keys/epochs.ts',
    ]);
  });
  test('refuses a library of keys outside the rooms of keys', () => {
    const { files, read } = of({
      'src/node/api/a.ts': "import 'libsodium-wrappers';",
      'src/node/vault/b.ts': "import 'libsodium-wrappers';",
    });
    expect(offences(files, read)).toEqual(['src/node/api/a.ts imports libsodium-wrappers']);
  });
  const kit = '../../../test/kit/postgres.ts';
  test('refuses a helper of tests in a product file, and allows it in a test', () => {
    const { files, read } = of({
      'src/node/db/a.ts': `import '${kit}';`,
      'src/node/db/a.test.ts': `import '${kit}';`,
      'test/kit/postgres.ts': '',
    });
    expect(offences(files, read)).toEqual(['src/node/db/a.ts imports test/kit/postgres.ts']);
  });
  test('names a circle by its files, types included', () => {
    const { files, read } = of({
      'src/node/db/a.ts': "import './b.ts';",
      'src/node/db/b.ts': "import type { C } from './c.ts';",
      'src/node/db/c.ts': "import './a.ts';",
      'src/node/db/d.ts': "import './a.ts';",
    });
    expect(cycles(files, read)).toEqual([['src/node/db/a.ts', 'src/node/db/b.ts', 'src/node/db/c.ts']]);
  });
});
