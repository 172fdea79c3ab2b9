/** The quick half of `npm run faults`. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { endAll } from './fault.ts';
import { faults } from './list.ts';

/** Each of their waits has a limit of its own: a main chain's day goes by in seconds, and a halt of it in some more. */
const QUICK_MS = 400_000;

afterAll(endAll);

test('each fault has a name of its own', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

test('each fault stands in docs/faults.md', () => {
  const page = readFileSync(new URL('../docs/faults.md', import.meta.url), 'utf8');
  expect(faults.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test.each(faults.filter(({ quick }) => quick))(
  '$name: $does',
  async ({ run }) => {
    expect(await run()).toEqual(expect.anything());
  },
  QUICK_MS,
);
