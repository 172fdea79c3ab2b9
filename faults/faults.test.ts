/** The quick half of `npm run faults`. */
import { expect, test } from 'vitest';
import { faults } from './list.ts';

test('each fault has a name of its own', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

test.each(faults.filter(({ quick }) => quick))('$name: $does', async ({ run }) => {
  expect(await run()).toEqual(expect.anything());
});
