/**
 * The light client must load where there is no Node, and may be built upon under Apache-2.0: so says everything it imports, however deep.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CHAIN, forge, GENESIS_TIME, named, refusal, setOf } from '../../../test/kit/light/forge.ts';

/** Apache-2.0, MIT or BSD, and written for browsers too. */
const PACKAGES = ['@bufbuild/protobuf', '@cosmjs/encoding', '@noble/curves', '@noble/hashes', 'canonicalize', 'cosmjs-types'];

function graph(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, 'utf8');
  const names = [...text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+['"]([^'"]+)['"]/gm)].map((match) => match[1]);
  seen.set(
    file,
    names
      .filter((name) => !name.startsWith('.'))
      .concat(GLOBALS.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')) ? ['(a Node global)'] : []),
  );
  for (const name of names) if (name.startsWith('.')) graph(resolve(dirname(file), name), seen);
  return seen;
}

/** Node's own, as every file there may name them. A member that is asked for where there is Node alone (`getBuiltinModule`) is none. */
const GLOBALS = /(?<![.\w])Buffer\b(?!\?:)|globalThis\.Buffer|\brequire\(/;

const all = graph(fileURLToPath(new URL('./index.ts', import.meta.url)));
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

describe('the light client for browsers', () => {
  test('imports nothing of Node, and no package but those above', () => {
    expect(all.size).toBeGreaterThan(20);
    const strangers = [...all].flatMap(([file, names]) =>
      names.filter((name) => !PACKAGES.includes(packageOf(name))).map((name) => `${file}: ${name}`),
    );
    expect(strangers).toEqual([]);
  });
});

describe('without Node’s own Ed25519 and SHA-256', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });
  test('the same headers are accepted, and the same refused', async () => {
    vi.resetModules();
    vi.stubGlobal('process', { ...process, getBuiltinModule: undefined });
    const light = await import('./index.ts');
    const set = named('abcd');
    const start = light.startFromGenesis({ chainId: CHAIN, genesisTime: GENESIS_TIME, validators: setOf(set) });
    expect(light.accept(start, forge({ height: 4, set })).last!.height).toBe(4);
    const spoilt = forge({ height: 4, set });
    spoilt.signed_header.commit.signatures[0].signature = spoilt.signed_header.commit.signatures[1].signature;
    expect(refusal(() => light.accept(start, spoilt))).toBe('bad-signature');
  });
});
