/** Rules that once stood in many places stand in one: their marks are found in no other file of the product. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectFiles } from './rooms.ts';

const product = projectFiles().filter(
  (path) =>
    /^(src|mappings|simulator|sdk\/ts\/src)\/|^project\.ts$/.test(path) && /\.ts$/.test(path) && !/\.test\.ts$|\/generated\//.test(path),
);
const texts = product.map((path) => [path, readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')] as const);

test.each<[string, RegExp, string[]]>([
  ['the largest u32', /0xffff_?ffff\b/, ['src/protocol/values/time.ts']],
  [
    'the state of x/meter in a genesis',
    /app_state\b/,
    ['hash.ts', 'read.ts', 'fields.ts', 'sign-node-keys.ts'].map((name) => `src/protocol/genesis/${name}`),
  ],
  [
    'the names of keys in a genesis',
    /verification_keys/,
    ['read.ts', 'verification-keys.ts'].map((name) => `src/protocol/genesis/${name}`),
  ],
  ['the type URL of a message', /electra\.meter\.v1\.Msg/, ['src/protocol/messages/table.ts']],
  ['the saturation of chain time', /UNIX_S_MAX =/, ['src/protocol/values/time.ts']],
  ["the name of a book's version", /\bbook\$\{/, ['src/protocol/bundle/paths.ts']],
  ['a sleep of the node', /setTimeout as .*node:timers\/promises/, ['src/node/shared/wait.ts', 'src/cli/demo/supervisor.ts']],
])('%s stands in one place', (_, mark, places) => {
  const allowed = new Set(places);
  const found = texts.filter(([, text]) => mark.test(text)).map(([path]) => path);
  expect(found.filter((path) => !allowed.has(path))).toEqual([]);
  expect(found.length).toBeGreaterThan(0);
});

test('no room waits by a timer of its own', () => {
  const timer = /new Promise\(\(?\w+\)? => setTimeout\(/;
  expect(texts.filter(([, text]) => timer.test(text)).map(([path]) => path)).toEqual([]);
});
