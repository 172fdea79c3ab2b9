/** The house rules on imports, read from the files themselves: readings flow one way, and nothing flows back. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What each room may import besides itself. `:` names a door: the few files of a room that are open to more than its own wing. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/protocol': [],
  mappings: ['src/protocol'],
  'sdk/ts': ['src/protocol', 'src/protocol:keys'],
  simulator: ['sdk/ts', 'src/protocol', 'src/protocol:keys'],
  'src/reader/light': ['src/protocol'],
  'src/reader/verifier': ['src/protocol'],
  'src/reader/audit': ['src/protocol', 'src/reader/verifier', 'src/reader/light'],
  'src/reader/member': ['src/protocol', 'src/reader/verifier', 'src/reader/audit'],
  'src/node/db': ['src/protocol'],
  'src/node/indexer': ['src/protocol', 'src/reader/light', 'src/node/db', 'mappings'],
  'src/node/vault': ['src/protocol', 'src/protocol:keys', 'src/node/db:secrets', 'src/node/signer'],
  'src/node/signer': ['src/protocol', 'src/protocol:keys', 'sdk/ts:chain', 'src/node/db:secrets', 'src/node/vault'],
  'src/node/books': ['src/protocol', 'src/node/db', 'src/node/vault:client', 'src/node/signer:client'],
  'src/node/proofs': ['src/protocol', 'src/node/db', 'src/reader/verifier'],
  'src/node/api': ['src/protocol', 'src/node/db'],
  'src/node/processes': [
    'src/protocol',
    'src/node/db',
    'src/node/indexer',
    'src/node/vault',
    'src/node/signer',
    'src/node/books',
    'src/node/proofs',
    'src/node/api',
    'src/reader/audit',
    'src/reader/verifier',
    'src/cli',
  ],
  'src/cli': [
    'src/protocol',
    'src/protocol:keys',
    'src/node/db',
    'src/node/indexer',
    'src/node/vault',
    'src/node/signer',
    'src/node/books',
    'src/node/proofs',
    'src/node/api',
    'src/node/processes',
    'src/reader/light',
    'src/reader/audit',
    'src/reader/member',
    'src/reader/verifier',
    'simulator',
    'sdk/ts',
    'sdk/ts:chain',
  ],
};
const ROOMS = Object.keys(MAY_IMPORT);

/** Libraries that hold or make private keys and open boxes: for the rooms of keys alone, and two files of the ground that only those rooms may import. */
const KEY_LIBRARIES = /^(libsodium-wrappers|libsodium-wrappers-sumo|@cosmjs\/proto-signing)$/;
const KEY_ROOMS = ['src/node/vault', 'src/node/signer', 'sdk/ts', 'simulator'];
const KEY_FILES = ['src/protocol/meter/seal.ts', 'src/protocol/messages/sign.ts', 'src/protocol/messages/messages.ts'];

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['generated', 'testdata', 'testing', 'node_modules'].includes(entry.name) ? [] : files(path);
    return /\.ts$/.test(entry.name) && !/\.test\.ts$|\.d\.ts$/.test(entry.name) ? [path] : [];
  });
}

const roomOf = (path: string): string | undefined => ROOMS.find((room) => path === room || path.startsWith(`${room}/`));

export function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1]);
}

function door(target: string): string {
  if (/^src\/protocol\/(meter\/seal|messages\/sign)\.ts$/.test(target)) return 'src/protocol:keys';
  if (/^src\/node\/(vault|signer)\/client\.ts$/.test(target)) return `${dirname(target)}:client`;
  if (target === 'src/node/db/secrets.ts') return 'src/node/db:secrets';
  if (/^sdk\/ts\/src\/(chain|rpc|refusals)\.ts$/.test(target)) return 'sdk/ts:chain';
  return roomOf(target)!;
}

function offences(): string[] {
  return ROOMS.filter((room) => statSync(join(root, room), { throwIfNoEntry: false })).flatMap((room) =>
    files(room).flatMap((file) =>
      importsOf(readFileSync(join(root, file), 'utf8')).flatMap((name) => {
        if (!name.startsWith('.'))
          return KEY_LIBRARIES.test(name) && !KEY_ROOMS.includes(room) && !KEY_FILES.includes(file) ? [`${file} imports ${name}`] : [];
        const target = relative(root, resolve(root, dirname(file), name));
        const targetRoom = roomOf(target);
        if (targetRoom === undefined || targetRoom === room) return [];
        const allowed = MAY_IMPORT[room];
        return allowed.includes(door(target)) || (door(target) !== 'src/protocol:keys' && allowed.includes(targetRoom))
          ? []
          : [`${file} imports ${target}`];
      }),
    ),
  );
}

describe('the house', () => {
  test('lets imports follow the data one way only', () => expect(offences()).toEqual([]));
  test('has files in every room', () => expect(ROOMS.filter((room) => files(room).length === 0)).toEqual([]));
  test('would see an import wherever it is written', () => {
    expect(importsOf(`import a from './x.ts';\nexport { b } from "../y.ts";\nconst c = await import('../z.ts');`)).toEqual([
      './x.ts',
      '../y.ts',
      '../z.ts',
    ]);
  });
  test('tells the vault’s doors from its keys', () => {
    expect(door('src/node/vault/client.ts')).toBe('src/node/vault:client');
    expect(door('src/node/vault/keys/epochs.ts')).toBe('src/node/vault');
  });
});
