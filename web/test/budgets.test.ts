/**
 * What pages may weigh, compressed as browsers without brotli get them. Each kB is waited for by somebody on a slow line: whoever needs
 * more says why here.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { builtPages } from '../../test/kit/web/site.ts';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const kB = (bytes: number): number => Math.round(bytes / 100) / 10;

interface Entry {
  file: string;
  name?: string;
  src?: string;
  isEntry?: boolean;
  imports?: readonly string[];
  assets?: readonly string[];
}

let manifest: Record<string, Entry>;
const weight = (file: string): number => gzipSync(readFileSync(`${DIST}${file}`), { level: 9 }).length;
const fileOf = (ending: string): string => Object.values(manifest).find(({ file }) => file.endsWith(ending))!.file;

/** A chunk with all that it imports at once. */
function withImports(key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const one of manifest[key].imports ?? []) withImports(one, seen);
  return seen;
}
const scripts = (keys: Iterable<string>): number => [...keys].reduce((sum, key) => sum + weight(manifest[key].file), 0);

beforeAll(async () => {
  await builtPages();
  manifest = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8')) as Record<string, Entry>;
});

const shell = (): string => Object.keys(manifest).find((key) => manifest[key].file.includes('assets/shell-'))!;

test('scripts before the first answer weigh at most 45 kB, a language included', () => {
  expect(kB(scripts(withImports(shell())) + weight(manifest['src/i18n/de.ts'].file))).toBeLessThanOrEqual(45);
});

test('everything of the first page weighs at most 90 kB, the typeface included', () => {
  const font = readFileSync(`${DIST}${fileOf('.woff2')}`).length;
  const first = scripts(withImports(shell())) + weight(manifest['src/i18n/de.ts'].file) + weight(fileOf('.css')) + weight('index.html');
  expect(kB(first + font)).toBeLessThanOrEqual(90);
});

test('the texts of a part weigh at most 8 kB a language', () => {
  const texts = Object.values(manifest).filter(({ src }) => /^src\/i18n\/.*(en|de|es)\.ts$/.test(src ?? ''));
  expect(texts.length).toBeGreaterThan(3);
  expect(texts.filter(({ file }) => kB(weight(file)) > 8).map(({ src }) => src)).toEqual([]);
});

/** The audit and the curves, loaded when somebody checks. Who audits does not wait for the member's check. */
test('the worker of the check weighs at most 110 kB, and the check of own bills 8 kB more', () => {
  const worker = Object.values(manifest)
    .flatMap(({ assets = [] }) => assets)
    .find((file) => /worker-/.test(file))!;
  const own = Object.values(manifest).find(({ name }) => name === 'own')!.file;
  expect(kB(weight(worker))).toBeLessThanOrEqual(110);
  expect(kB(weight(own))).toBeLessThanOrEqual(8);
});

/** The same and a main chain's audit, loaded after it. */
test('the worker of main chains weighs at most 136 kB', () => {
  const worker = Object.values(manifest)
    .flatMap(({ assets = [] }) => assets)
    .find((file) => /main-chain-/.test(file))!;
  expect(kB(weight(worker))).toBeLessThanOrEqual(136);
});

test('a page loads its own part in at most 40 kB beside what is there already', () => {
  const shared = withImports(shell());
  const pages = Object.keys(manifest).filter((key) => /^src\/pages\//.test(key));
  const own = pages.map((key) => [key, kB(scripts([...withImports(key)].filter((one) => !shared.has(one))))] as const);
  expect(own.filter(([, weighs]) => weighs > 40)).toEqual([]);
});
