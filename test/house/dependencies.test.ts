import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/dependencies.md');
const folders = ['', 'src/protocol/', 'src/reader/', 'sdk/ts/', 'gateway/', 'web/', 'interop/subquery/'];
const npm = folders.flatMap((folder) => {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(read(`${folder}package.json`)) as Record<string, Record<string, string>>;
  return Object.entries({ ...dependencies, ...devDependencies });
});
const go = [.../\nrequire \(\n([\s\S]*?)\n\)/.exec(read('chain/go.mod'))![1].matchAll(/^\t(\S+) (\S+)$/gm)].map(([, name, version]) => [
  name,
  version,
]);

describe('every direct dependency', () => {
  test('is on the page with its reason', () => {
    expect([...npm, ...go].map(([name]) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
  test('is pinned exactly', () => {
    expect(npm.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
  test('of a package runs on the oldest Node that the package promises', () => {
    const wanting = ['src/protocol', 'src/reader', 'sdk/ts', 'gateway'].flatMap((folder) => {
      const { dependencies = {}, engines } = JSON.parse(read(`${folder}/package.json`));
      expect(engines.node).toBe('>=20.19');
      return Object.keys(dependencies)
        .filter((name) => !name.startsWith('@electra/'))
        .map((name) => [name, JSON.parse(read(`node_modules/${name}/package.json`)).engines?.node ?? '>=0'] as const);
    });
    const least = (range: string): number => {
      const [, major, minor = '0'] = /^>=\s*(\d+)(?:\.(\d+))?/.exec(range) ?? ['', '99'];
      return Number(major) * 1000 + Number(minor);
    };
    expect(wanting.length).toBeGreaterThan(10);
    expect(wanting.filter(([, range]) => least(range) > 20_019)).toEqual([]);
  });
  test('is really there: the lists are not empty', () => {
    expect(npm.length).toBeGreaterThan(20);
    expect(go.length).toBeGreaterThan(5);
  });
});
