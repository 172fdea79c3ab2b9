/** The kit's index page names every file of the kit, once, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './rooms.ts';

const kit = join(root, 'test/kit');
const page = readFileSync(join(kit, 'README.md'), 'utf8');
const named = [...page.matchAll(/^\| (`[^|]*`) \|/gm), ...page.matchAll(/^\*\*Recorders(.*)$/gm)].flatMap(([, cell]) =>
  [...cell.matchAll(/`([\w/-]+\.(?:ts|mjs))`/g)].map(([, file]) => file),
);

test('every helper is on the kit’s page', () => {
  const there = readdirSync(kit, { recursive: true }).map(String);
  expect(named.sort()).toEqual(there.filter((path) => /\.(ts|mjs)$/.test(path)).sort());
});
