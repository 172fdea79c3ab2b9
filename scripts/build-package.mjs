/**
 * Builds a package of this repository into its `dist`: node scripts/build-package.mjs FOLDER (or no folder: the current one, as `prepack`
 * does).
 *
 * Inside the repository everything imports sources by relative path, and nothing needs a build. A package that is sent out must stand
 * alone: each `./dist/A/B.js` that its package.json exports or runs is compiled from A/B.ts of the repository, with every source that it
 * reaches, and the tree below `dist` is the repository's. So the ground (src/protocol) lies inside each package that stands on it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** The files of `dist` that a package promises: in exports (whatever the conditions) and in bin. */
export function promised({ exports = {}, bin = {} }) {
  const leaves = (value) => (typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(leaves));
  return [...new Set([...leaves(exports), ...leaves(bin)])]
    .map((path) => path.replace(/^\.\//, ''))
    .filter((path) => path.startsWith('dist/'));
}

/** The source of a promised file, from the repository's root; one with a star stands for all that a folder has. */
function sources(path) {
  const source = path.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)$/, '.ts');
  if (!source.endsWith('.ts')) return [];
  if (!source.includes('*')) return [source];
  const [folder, ending] = source.split('*');
  const names = readdirSync(join(root, folder), { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  return names.filter((name) => name.endsWith(ending) && !name.endsWith('.test.ts')).map((name) => folder + name);
}

function compile(folder, files) {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const config = join(cache, `tsconfig-${relative(root, folder).replaceAll('/', '-')}-${process.pid}.json`);
  const compilerOptions = {
    noEmit: false,
    incremental: false,
    tsBuildInfoFile: null,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: join(folder, 'dist'),
    paths: {},
  };
  const included = files.map((file) => join(root, file));
  writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files: included, include: [] }));
  try {
    const { status, stdout, error } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tsc refused the package:\n${error?.message ?? stdout}`);
  } finally {
    rmSync(config);
  }
}

/** The packages that compiled files import, as their names stand in a registry. */
export function imported(dist) {
  const names = new Set();
  for (const name of readdirSync(dist, { recursive: true }).map(String)) {
    if (!/(\.js|\.d\.ts)$/.test(name)) continue;
    const text = readFileSync(join(dist, name), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*['"]([^'".\s][^'"\s]*)['"]/g)) {
      const parts = specifier.split('/');
      if (!specifier.startsWith('node:') && !builtinModules.includes(specifier))
        names.add(parts.slice(0, specifier[0] === '@' ? 2 : 1).join('/'));
    }
  }
  return names;
}

export function buildPackage(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  compile(folder, [...new Set(promised(manifest).flatMap(sources))]);
  const missing = promised(manifest).filter((path) => !path.includes('*') && !existsSync(join(folder, path)));
  if (missing.length > 0) throw new Error(`${manifest.name} promises ${missing.join(', ')}: expected the build to make it`);
  const undeclared = [...imported(dist)].filter((name) => !(name in { ...manifest.dependencies, ...manifest.peerDependencies }));
  if (undeclared.length > 0) throw new Error(`${manifest.name} imports ${undeclared.join(', ')}: expected it among its dependencies`);
  return dist;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const dist = buildPackage(resolve(process.argv[2] ?? '.'));
    process.stdout.write(`built ${relative(root, dist) || dirname(dist)}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
