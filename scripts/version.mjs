/**
 * The version is package.json's. Others must say it too, each in its own form: `npm run version:set -- 0.2.0` writes all of them, and
 * test/house/versions.test.ts holds them together.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file) => readFileSync(join(root, file), 'utf8');

/** Three numbers: CMake takes no more. */
export const VERSION = /^\d+\.\d+\.\d+$/;
export const current = () => JSON.parse(read('package.json')).version;

/** Packages of this repository: the root and its workspaces. */
const manifests = () => ['package.json', ...JSON.parse(read('package.json')).workspaces.map((folder) => `${folder}/package.json`)];
const packageVersion = /^ {2}"version": "(.*?)"/m;

/** Where a version stands, and how: the group is the version. */
export const places = () => [
  ...manifests().map((file) => ({ file, pattern: packageVersion })),
  { file: 'package-lock.json', pattern: packageVersion },
  ...manifests().map((file) => ({ file: 'package-lock.json', pattern: lockEntry(file.replace(/\/?package\.json$/, '')) })),
  { file: 'project.ts', pattern: /^ {2}version: '(.*?)'/m },
  { file: 'docker-compose.yml', pattern: /image: electra\/node:(\S+)/ },
  { file: 'docker-compose.yml', pattern: /image: electra\/chain:(\S+)/ },
  { file: 'chain/command/main.go', pattern: /version\.Version = "(.*?)"/ },
  { file: 'chain/registry/chain.json', pattern: /"recommended_version": "(.*?)"/ },
  { file: 'chain/registry/chain.json', pattern: /"compatible_versions": \["(.*?)"\]/ },
  { file: 'sdk/c/library.json', pattern: packageVersion },
  { file: 'sdk/c/CMakeLists.txt', pattern: /^project\(electra_meter VERSION (\S+)/m },
  { file: 'sdk/c/include/electra_meter.h', pattern: /#define ELECTRA_VERSION "(.*?)"/ },
  { file: 'SECURITY.md', pattern: /version (\d\S*) is what `main` holds/ },
];

function lockEntry(folder) {
  return new RegExp(`^ {4}"${folder}": \\{\\n(?: {6}"name": .*\\n)?(?: {6}"license": .*\\n)? {6}"version": "(.*?)"`, 'm');
}

/** {file, version} of every place; no version where the form is not found. */
export const stated = () =>
  places().map(({ file, pattern }) => ({ file, version: existsSync(join(root, file)) ? pattern.exec(read(file))?.[1] : undefined }));

export function setVersion(version) {
  if (!VERSION.test(version ?? '')) throw new Error(`version: expected a form such as 0.2.0, got ${version ?? 'nothing'}`);
  const missing = stated().filter((place) => place.version === undefined);
  if (missing.length > 0) throw new Error(`${missing[0].file}: expected a version in its known form`);
  for (const { file, pattern } of places()) {
    const text = read(file);
    writeFileSync(
      join(root, file),
      text.replace(
        pattern,
        (match, old) => match.slice(0, match.lastIndexOf(old)) + version + match.slice(match.lastIndexOf(old) + old.length),
      ),
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setVersion(process.argv[2]);
    process.stdout.write(
      `${new Set(places().map(({ file }) => file)).size} files say ${process.argv[2]}; CHANGELOG.md is yours to write\n`,
    );
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
