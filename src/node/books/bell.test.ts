import { expect, test } from 'vitest';
import { Bell } from './bell.ts';

const LONG_MS = 60_000;
const bell = (signal = new AbortController().signal) => new Bell(signal);

test('wakes everybody who waits', async () => {
  const one = bell();
  const all = Promise.all([one.wait(0, LONG_MS), one.wait(0, LONG_MS)]);
  one.ring();
  await all;
  expect(one.rings).toBe(1);
});
test('does not lose a ring that comes while somebody is busy', async () => {
  const one = bell();
  const known = one.rings;
  one.ring();
  await one.wait(known, LONG_MS);
});
test('does not wake for a ring that was known', async () => {
  const one = bell();
  one.ring();
  const woken = one.wait(one.rings, LONG_MS).then(() => 'woken');
  expect(await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
  one.ring();
  expect(await woken).toBe('woken');
});
test('lets nobody wait longer than asked', () => bell().wait(0, 1));
test('rings when all is to end', async () => {
  const stop = new AbortController();
  const waiting = bell(stop.signal).wait(0, LONG_MS);
  stop.abort();
  await waiting;
});
