/** The plan of the house: its rooms, which of them may import which, and how files are read for it. The tests beside hold it. */
import { execFileSync } from 'node:child_process';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const GROUND = ['src/protocol', 'src/protocol:keys'];
const READER = ['src/reader', 'src/reader/cli', 'src/reader/light', 'src/reader/verifier', 'src/reader/audit', 'src/reader/member'];
const NODE = [
  'src/node/shared',
  'src/node/db',
  'src/node/indexer',
  'src/node/vault',
  'src/node/signer',
  'src/node/books',
  'src/node/uplink',
  'src/node/proofs',
  'src/node/ceremony',
  'src/node/api',
];
const EVERYTHING = [
  ...GROUND,
  ...READER,
  ...NODE,
  'src/node/processes',
  'src/cli',
  'mappings',
  'sdk/ts',
  'sdk/vectors',
  'gateway',
  'simulator',
  'circuits',
  'project.ts',
];

/** What each room may import besides itself. `:` names a door: the few files of a room that are open to more than its own wing. */
export const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/protocol': [],
  mappings: ['src/protocol'],
  'project.ts': ['src/protocol'],
  'sdk/ts': GROUND,
  gateway: ['sdk/ts'],
  simulator: [...GROUND, 'sdk/ts', 'gateway'],
  'src/reader': ['src/protocol', 'src/reader/verifier', 'src/reader/audit', 'src/reader/member'],
  'src/reader/cli': ['src/protocol', 'src/reader', 'src/reader/verifier', 'src/reader/audit', 'src/reader/member'],
  'src/reader/light': ['src/protocol'],
  'src/reader/verifier': ['src/protocol'],
  'src/reader/audit': ['src/protocol', 'src/reader', 'src/reader/verifier', 'src/reader/light'],
  'src/reader/member': ['src/protocol', 'src/reader', 'src/reader/verifier', 'src/reader/audit'],
  'src/node/shared': ['src/protocol'],
  'src/node/db': ['src/node/shared', 'src/protocol'],
  'src/node/indexer': [
    'src/node/shared',
    'src/protocol',
    'src/reader/light',
    'src/reader/verifier',
    'src/node/db',
    'mappings',
    'project.ts',
  ],
  'src/node/vault': ['src/node/shared', ...GROUND, 'src/node/db:secrets', 'src/node/signer:client'],
  'src/node/signer': ['src/node/shared', ...GROUND, 'sdk/ts:chain', 'src/node/db:secrets', 'src/node/vault'],
  'src/node/books': ['src/node/shared', 'src/protocol', 'src/node/db', 'src/node/vault:client', 'src/node/signer:client'],
  'src/node/uplink': [
    'src/node/shared',
    ...GROUND,
    'sdk/ts:chain',
    'src/reader/light',
    'src/node/db',
    'src/node/db:secrets',
    'src/node/indexer',
    'src/node/signer',
    'src/node/books',
  ],
  'src/node/proofs': ['src/node/shared', 'src/protocol', 'src/node/db', 'src/reader/verifier'],
  'src/node/ceremony': ['src/protocol', 'src/reader/verifier'],
  'src/node/api': ['src/node/shared', 'src/protocol', 'src/node/db', 'src/reader'],
  'src/node/processes': ['src/protocol', ...NODE, 'src/reader/audit', 'src/reader/verifier'],
  'src/cli': [...GROUND, ...READER, ...NODE, 'src/node/processes', 'simulator', 'sdk/ts', 'bin'],
  circuits: ['src/protocol', 'src/reader/verifier', 'src/node/proofs', 'src/node/ceremony'],
  web: ['src/protocol', 'src/reader', 'src/reader/verifier', 'src/reader/audit'],
  scripts: ['bin', 'src/reader/member', 'sdk/c', 'project.ts', 'web'],
  bin: [],
  'sdk/vectors': [...GROUND, 'sdk/ts'],
  'sdk/c': [],
  'test/kit': [...EVERYTHING, 'scripts', 'bin'],
  attack: [...EVERYTHING, 'test/kit'],
  faults: [...EVERYTHING, 'test/kit', 'bench'],
  bench: [...EVERYTHING, 'test/kit', 'scripts', 'bin'],
  interop: [...EVERYTHING, 'test/kit', 'scripts'],
  test: [...EVERYTHING, 'test/kit', 'scripts', 'attack', 'bench', 'sdk/c', 'web'],
  'vitest.config.ts': [],
};

/** What a room's own tests may import besides: mostly the room whose work they begin with. */
const TESTS_MAY_IMPORT: Record<string, readonly string[]> = {
  mappings: ['project.ts'],
  gateway: ['simulator'],
  'src/reader/verifier': ['circuits', 'scripts', 'src/node/proofs'],
  'src/reader/member': ['src/protocol:keys', 'scripts'],
  'src/node/books': ['src/protocol:keys', 'src/node/vault', 'src/node/signer'],
  'src/node/uplink': ['src/node/proofs'],
  'src/node/api': ['src/node/indexer'],
  'src/node/proofs': ['circuits'],
};

export const ROOMS = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);

/**
 * Libraries that hold or make private keys and open boxes: for the rooms of keys alone, and the files of the ground that only those may
 * import.
 */
const KEY_LIBRARIES = /^(libsodium-wrappers|libsodium-wrappers-sumo|@cosmjs\/proto-signing)$/;
const KEY_ROOMS = ['src/node/vault', 'src/node/signer', 'sdk/ts', 'simulator', 'test/kit', 'test', 'attack', 'bench'];
const KEY_FILES = ['src/protocol/meter/seal.ts', 'src/protocol/messages/sign.ts', 'src/protocol/messages/messages.ts'];

const DOORS: readonly (readonly [RegExp, string])[] = [
  [/^src\/protocol\/(meter\/seal|messages\/sign)\.ts$/, 'src/protocol:keys'],
  [/^src\/node\/vault\/client\.ts$/, 'src/node/vault:client'],
  [/^src\/node\/signer\/client\.ts$/, 'src/node/signer:client'],
  [/^src\/node\/db\/secrets\.ts$/, 'src/node/db:secrets'],
  [/^sdk\/ts\/src\/(chain|rpc|refusals)\.ts$/, 'sdk/ts:chain'],
];

/** Paths of all files of code, relative to the root: what git tracks or would track, but for what is generated or recorded. */
export function projectFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return listed
    .split('\n')
    .filter((path) => path && !/(^|\/)(generated|testdata|node_modules|dist)\//.test(path) && !path.endsWith('.d.ts'));
}

export const roomOf = (path: string): string | undefined => ROOMS.find((room) => path === room || path.startsWith(`${room}/`));

export const door = (path: string): string | undefined => DOORS.find(([pattern]) => pattern.test(path))?.[1] ?? roomOf(path);

const isTest = (path: string): boolean => path.endsWith('.test.ts');

export function importsOf(text: string): string[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"\n]+)['"]/g)].map((match) => match[1]);
}

const targetOf = (file: string, name: string): string => normalize(join(dirname(file), name));

/** One sentence for each import that the plan does not have. */
export function offences(files: readonly string[], read: (path: string) => string): string[] {
  return files.flatMap((file) =>
    importsOf(read(file)).flatMap((name) =>
      isAllowed(file, name) ? [] : [`${file} imports ${name.startsWith('.') ? targetOf(file, name) : name}`],
    ),
  );
}

function isAllowed(file: string, name: string): boolean {
  const room = roomOf(file);
  if (room === undefined) return false;
  if (!name.startsWith('.')) return !KEY_LIBRARIES.test(name) || KEY_ROOMS.includes(room) || KEY_FILES.includes(file) || isTest(file);
  const target = targetOf(file, name);
  const targetRoom = roomOf(target);
  if (targetRoom === room || /(^|\/)generated\//.test(target)) return true;
  const allowed = [...MAY_IMPORT[room], ...(isTest(file) ? ['test/kit', 'sdk/vectors', ...(TESTS_MAY_IMPORT[room] ?? [])] : [])];
  const through = door(target);
  if (through === undefined || targetRoom === undefined) return false;
  return allowed.includes(through) || (through !== 'src/protocol:keys' && allowed.includes(targetRoom));
}

/** Circles of imports, each once, its files in order. A type's import counts: whoever reads one file of a circle must read them all. */
export function cycles(files: readonly string[], read: (path: string) => string): string[][] {
  const known = new Set(files);
  const arrows = new Map(
    files.map((file) => [
      file,
      importsOf(read(file))
        .filter((name) => name.startsWith('.'))
        .map((name) => targetOf(file, name))
        .filter((to) => known.has(to)),
    ]),
  );
  return components(arrows)
    .filter((component) => component.length > 1)
    .map((component) => component.sort());
}

/** Strongly connected components (Tarjan 1972), depth first without recursion limits that matter at this size. */
function components(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    stack.push(node);
    for (const next of arrows.get(node)!) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) === order.get(node)) found.push(stack.splice(stack.indexOf(node)));
  };
  for (const node of arrows.keys()) if (!order.has(node)) visit(node);
  return found;
}
