/** Every room is entered by its doors (docs/decisions/0019-doors.md). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OPEN, pastIndex, throughWalls, unusedDoors } from './doors.ts';
import { projectFiles } from './rooms.ts';

const files = projectFiles();
const read = (path: string): string => readFileSync(path, 'utf8');

describe('the doors of the house', () => {
  test('are where rooms are entered', () => expect(throughWalls(files, read)).toEqual([]));
  test('are all used', () => expect(unusedDoors(files, read)).toEqual([]));
  test('are listed for every room that has an index', () => {
    const rooms = files.flatMap((file) => /^(src\/(?:reader|node)(?:\/\w+)?)\/index\.ts$/.exec(file)?.[1] ?? []);
    expect(rooms.sort()).toEqual(Object.keys(OPEN).sort());
  });
  test('let nobody go past an index of the ground', () => expect(pastIndex(files, read)).toEqual([]));
});

describe('the test of the doors', () => {
  const ground = {
    'src/protocol/index.ts': "export * from './day/roster.ts';",
    'src/protocol/day/roster.ts': '',
    'src/protocol/day/spread.ts': '',
    'src/protocol/comet/index.ts': "export * from './header.ts';\nexport { equalBytes } from './bytes.ts';",
    'src/protocol/comet/header.ts': '',
    'src/protocol/comet/bytes.ts': '',
  };
  const house = (file: string, ...imports: string[]) => {
    const texts: Record<string, string> = { ...ground, [file]: imports.map((path) => `import '${path}';`).join('\n') };
    return [Object.keys(texts), (path: string) => texts[path]] as const;
  };

  test('sees who comes through a wall, and lets through who takes a door', () => {
    const name = 'src/node/books/a.ts';
    expect(throughWalls(...house(name, '../vault/run.ts', '../vault/client.ts', '../vault/index.ts', '../shared/log.ts'))).toEqual([
      `${name} imports src/node/vault/run.ts`,
    ]);
    expect(throughWalls(...house('src/node/books/a.test.ts', '../vault/run.ts'))).toEqual([]);
  });
  test('sees a door that nobody uses', () => {
    expect(unusedDoors(...house('src/cli/a.ts', '../node/api/client.ts'))).not.toContain('src/node/api/client.ts');
    expect(unusedDoors(...house('src/cli/a.ts', '../node/api/client.ts'))).toContain('src/node/api/auditors.ts');
  });
  test('sees an import past the index of a folder, and none of what that index keeps to itself', () => {
    const name = 'src/reader/light/a.ts';
    expect(pastIndex(...house(name, '../../protocol/comet/header.ts', '../../protocol/comet/bytes.ts'))).toEqual([
      `${name} imports src/protocol/comet/header.ts, which src/protocol/comet/index.ts has`,
    ]);
  });
  test('sees a file that takes one half from the ground’s index and goes past it for the other', () => {
    const name = 'src/reader/audit/a.ts';
    const roster = '../../protocol/day/roster.ts';
    expect(pastIndex(...house(name, '../../protocol/index.ts', roster))).toEqual([
      `${name} imports src/protocol/day/roster.ts, which src/protocol/index.ts has`,
    ]);
    expect(pastIndex(...house(name, roster))).toEqual([]);
    expect(pastIndex(...house(name, '../../protocol/index.ts', '../../protocol/day/spread.ts'))).toEqual([]);
  });
});
