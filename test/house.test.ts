// The house rules on imports, read from the files themselves: readings flow one way, and nothing flows back.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each room may import besides itself. `vault:clients` are the two files through which no key can come. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'sdk/ts': [],
  'src/protocol': ['sdk/ts'],
  mappings: ['src/protocol', 'sdk/ts'],
  'src/db': ['src/protocol'],
  'src/indexer': ['src/protocol', 'src/light', 'src/db', 'sdk/ts', 'mappings'],
  'src/vault': ['src/protocol', 'sdk/ts', 'src/db:secrets'],
  'src/books': ['src/protocol', 'src/db', 'src/vault:clients'],
  'src/verifier': ['src/protocol'],
  'src/proofs': ['src/protocol', 'src/db', 'src/verifier'],
  'src/api': ['src/protocol', 'src/db'],
  'src/light': ['src/protocol', 'sdk/ts'],
  'src/audit': ['src/protocol', 'src/verifier', 'src/light'],
  'src/member': ['src/protocol', 'src/verifier', 'src/audit'],
  simulator: ['sdk/ts', 'src/protocol'],
  'src/cli': ['src/protocol', 'src/light', 'src/db', 'src/indexer', 'src/vault', 'src/books', 'src/proofs', 'src/api', 'src/audit', 'src/member', 'src/verifier', 'simulator', 'sdk/ts'],
};
const ROOMS = Object.keys(MAY_IMPORT);

/** Libraries that hold or make private keys and open boxes: for the rooms of keys alone. */
const KEY_LIBRARIES = /^(libsodium-wrappers|libsodium-wrappers-sumo|@cosmjs\/proto-signing)$/;
const KEY_ROOMS = ['src/vault', 'sdk/ts', 'simulator'];

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
  const room = roomOf(target)!;
  if (room === 'src/vault' && /\/(client|signer-client)\.ts$/.test(target)) return 'src/vault:clients';
  if (room === 'src/db' && /\/secrets\.ts$/.test(target)) return 'src/db:secrets';
  return room;
}

function offences(): string[] {
  return ROOMS.filter((room) => statSync(join(root, room), { throwIfNoEntry: false })).flatMap((room) => files(room).flatMap((file) => importsOf(readFileSync(join(root, file), 'utf8')).flatMap((name) => {
    if (!name.startsWith('.')) return KEY_LIBRARIES.test(name) && !KEY_ROOMS.includes(room) ? [`${file} imports ${name}`] : [];
    const target = relative(root, resolve(root, dirname(file), name));
    const targetRoom = roomOf(target);
    if (targetRoom === undefined || targetRoom === room) return [];
    const allowed = MAY_IMPORT[room];
    return allowed.includes(targetRoom) || allowed.includes(door(target)) ? [] : [`${file} imports ${target}`];
  })));
}

describe('the house', () => {
  it('lets imports follow the data one way only', () => expect(offences()).toEqual([]));
  it('has files in every room', () => expect(ROOMS.filter((room) => files(room).length === 0)).toEqual([]));
  it('would see an import wherever it is written', () => {
    expect(importsOf(`import a from './x.ts';\nexport { b } from "../y.ts";\nconst c = await import('../z.ts');`)).toEqual(['./x.ts', '../y.ts', '../z.ts']);
  });
  it('tells the vault’s doors from its keys', () => {
    expect(door('src/vault/client.ts')).toBe('src/vault:clients');
    expect(door('src/vault/epochs.ts')).toBe('src/vault');
  });
});
