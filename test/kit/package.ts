/**
 * A package as a stranger gets it: packed by npm, installed into an empty folder, run on the Node of this machine and on the pinned one.
 *
 * Versions come from the repository's lock file and their files from npm's cache, which `npm ci` has filled: no network is asked on a
 * machine that has set Electra up, and no package is installed that the packed one does not itself ask for.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Locked {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  [key: string]: unknown;
}

export interface InstalledPackage {
  /** The empty folder with the package in its node_modules. */
  folder: string;
  tarballBytes: number;
  /** Paths inside the tarball. */
  files: string[];
  /** Runs a module's text there, and returns what it printed. */
  run(node: string, text: string): Promise<string>;
  remove(): void;
}

/** The Node that runs this, and the one that a user of this machine has: the first on the path that no package brought. */
export function nodes(): { pinned: string; host: string } {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.includes('node_modules'));
  const host = folders.map((folder) => join(folder, 'node')).find((file) => existsSync(file));
  return { pinned: process.execPath, host: host ?? process.execPath };
}

/** The environment of a user's own shell: the repository's Node is not on its path, and npm does not think it runs one of its scripts. */
function userEnvironment(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST|INIT_CWD)/i.test(name)));
  return {
    ...env,
    PATH: (env.PATH ?? '')
      .split(delimiter)
      .filter((folder) => !folder.includes('node_modules'))
      .join(delimiter),
  };
}

/** The entries of the lock file that a package's dependencies reach, as they lie in node_modules. */
function closure(lock: Record<string, Locked>, from: string): Record<string, Locked> {
  const found: Record<string, Locked> = {};
  const visit = (path: string): void => {
    const { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta } = lock[path];
    const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta?.[name]?.optional);
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      let [base, at] = [path, `${path}/node_modules/${name}`];
      while (!lock[at]) {
        if (base === '') throw new Error(`${name}, which ${path} needs, is not in the lock file`);
        base = base.includes('/node_modules/') ? base.slice(0, base.lastIndexOf('/node_modules/')) : '';
        at = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
      }
      if (found[at]) continue;
      found[at] = lock[at];
      visit(at);
    }
  };
  visit(from);
  return found;
}

function writeProject(folder: string, name: string, tarball: string, source: string): void {
  const manifest = { name: 'stranger', version: '1.0.0', private: true, type: 'module', dependencies: { [name]: `file:${tarball}` } };
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
  const { dependencies, bin, engines, version } = JSON.parse(readFileSync(join(root, source, 'package.json'), 'utf8'));
  const packed = { version, resolved: `file:${tarball}`, dependencies, bin, engines };
  const lock = {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, [`node_modules/${name}`]: packed, ...closure(packages, source) },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

/** Packs the package of a folder of the repository (`sdk/ts`) and installs it into an empty one. */
export async function packAndInstall(source: string): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'electra-package-'));
  const env = userEnvironment();
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: join(root, source),
    env,
    maxBuffer: 1 << 24,
  });
  const [{ name, filename, size, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
  writeProject(folder, name, filename, source);
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  await run('npm', ['ci', ...flags], { cwd: folder, env });
  return {
    folder,
    tarballBytes: size,
    files: files.map(({ path }: { path: string }) => path),
    run: async (node, text) => {
      writeFileSync(join(folder, 'main.mjs'), text);
      return (await run(node, ['main.mjs'], { cwd: folder, env })).stdout.trim();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What tsc says about a program in the stranger's folder: an empty text if nothing. */
export function typeErrors({ folder }: InstalledPackage, text: string): string {
  writeFileSync(join(folder, 'main.ts'), text);
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,dom'];
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...flags, 'main.ts'], { cwd: folder, encoding: 'utf8' });
    return '';
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}

/** Licences under which anybody may build what they like. */
export const PERMISSIVE = /^(Apache-2\.0|MIT|ISC|0BSD|BSD-\d-Clause|\(Apache-2\.0 AND BSD-3-Clause\))$/;

/** Every package in the stranger's node_modules, with its licence. */
export function licencesOf({ folder }: InstalledPackage): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (modules: string): void => {
    if (!existsSync(modules)) return;
    for (const name of readdirSync(modules).filter((entry) => !entry.startsWith('.'))) {
      if (name.startsWith('@')) visit(join(modules, name));
      else {
        const { name: own, license } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
        found.set(own, String(license));
        visit(join(modules, name, 'node_modules'));
      }
    }
  };
  visit(join(folder, 'node_modules'));
  return found;
}
