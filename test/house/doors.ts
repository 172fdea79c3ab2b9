/**
 * By which files the rooms are entered (docs/decisions/0019-doors.md). The ground is entered by the file that says what is needed, the
 * other rooms by their index.ts and by the files that stand open here. What a test or the proving ground looks into is its own affair.
 */
import { dirname, join, normalize } from 'node:path';
import { importsOf, roomOf } from './rooms.ts';

/** Beside index.ts, the files of a room that others may import; which others, the plan says (rooms.ts). */
export const OPEN: Record<string, readonly string[]> = {
  'src/reader': ['bundle.ts', 'folder.ts', 'zip.ts'],
  'src/reader/light': [],
  'src/reader/verifier': ['batch.ts', 'curve.ts', 'decode.ts', 'public-inputs.ts', 'threads.ts'],
  'src/reader/audit': ['audit-path.ts', 'format.ts', 'link-checks.ts', 'main/index.ts'],
  'src/reader/member': [],
  'src/node/db': ['await-schema.ts', 'bulk.ts', 'chain-head.ts', 'connect.ts', 'index-findings.ts', 'migrate.ts', 'secrets.ts'],
  'src/node/indexer': [],
  'src/node/vault': ['client.ts', 'errors.ts', 'keys/keystore.ts', 'keys/operator.ts', 'wire/line-client.ts', 'wire/line-server.ts'],
  'src/node/signer': ['client.ts', 'operator-key.ts', 'submit.ts'],
  'src/node/books': [
    'draft/final-readings.ts',
    'errors.ts',
    'intake/epoch-use.ts',
    'members.ts',
    'money/balance.ts',
    'money/invoice.ts',
    'open-runs.ts',
    'overview.ts',
  ],
  'src/node/uplink': [],
  'src/node/proofs': ['backend-module.ts', 'backend-wasm.ts', 'engine.ts'],
  'src/node/ceremony': [],
  'src/node/api': ['auditors.ts', 'client.ts', 'install-codes.ts', 'invites.ts', 'passkeys/origin.ts'],
};

const GROUND = 'src/protocol';
const PROVING = /\.test\.ts$|^(test|attack|bench|interop|circuits|scripts)\//;

type Reader = (path: string) => string;
interface Arrow {
  file: string;
  target: string;
}

/** Imports that cross from one room into another. */
function* crossings(files: readonly string[], read: Reader): Generator<Arrow> {
  for (const file of files)
    for (const name of importsOf(read(file))) {
      const target = normalize(join(dirname(file), name));
      if (name.startsWith('.') && roomOf(target) !== roomOf(file)) yield { file, target };
    }
}

const isOpen = (target: string): boolean => {
  const room = roomOf(target)!;
  return OPEN[room] === undefined || [`${room}/index.ts`, ...OPEN[room].map((path) => `${room}/${path}`)].includes(target);
};

/** One sentence for each import of the product that comes into a room by no door of it. */
export const throughWalls = (files: readonly string[], read: Reader): string[] =>
  [...crossings(files, read)]
    .filter(({ file, target }) => !PROVING.test(file) && roomOf(target) !== undefined && !isOpen(target))
    .map(({ file, target }) => `${file} imports ${target}`);

/** Open files that nobody comes in by. */
export function unusedDoors(files: readonly string[], read: Reader): string[] {
  const used = new Set([...crossings(files, read)].filter(({ file }) => !PROVING.test(file)).map(({ target }) => target));
  return Object.entries(OPEN).flatMap(([room, paths]) => paths.map((path) => `${room}/${path}`).filter((path) => !used.has(path)));
}

/** What an index of the ground has from other files whole: path of the index → their paths. */
function shelves(files: readonly string[], read: Reader): [index: string, paths: string[]][] {
  const indexes = files.filter((file) => file.startsWith(`${GROUND}/`) && file.endsWith('/index.ts'));
  return indexes.map((index) => [
    index,
    [...read(index).matchAll(/^export \* from '(\.[^']+)';/gm)].map(([, name]) => normalize(join(dirname(index), name))),
  ]);
}

/**
 * Imports past an index of the ground: into a folder that has one, of what it has; and, where a file takes from the ground's whole index,
 * of what it could have taken there too.
 */
export function pastIndex(files: readonly string[], read: Reader): string[] {
  const arrows = [...crossings(files, read)];
  return shelves(files, read).flatMap(([index, paths]) => {
    const whole = index === `${GROUND}/index.ts`;
    const takes = new Set(arrows.filter(({ target }) => target === index).map(({ file }) => file));
    return arrows
      .filter(({ file, target }) => paths.includes(target) && (whole ? takes.has(file) : !PROVING.test(file)))
      .map(({ file, target }) => `${file} imports ${target}, which ${index} has`);
  });
}
