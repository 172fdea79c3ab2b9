import { expect, test } from 'vitest';
import { fresh } from './fresh.ts';

function counting() {
  const clock = { ms: 0, made: 0, fails: false };
  const ask = fresh(
    () => clock.ms,
    async () => {
      if (clock.fails) throw new Error('away');
      return ++clock.made;
    },
    1_000,
  );
  return { clock, ask };
}

test('is made once for all who ask within its time, also while it is being made', async () => {
  const { clock, ask } = counting();
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  clock.ms = 999;
  expect(await ask()).toBe(1);
  clock.ms = 1_000;
  expect(await Promise.all([ask(), ask()])).toEqual([2, 2]);
});

test('a failure is told to all who waited for it, and kept for nobody else', async () => {
  const { clock, ask } = counting();
  clock.fails = true;
  await Promise.all([expect(ask()).rejects.toThrow('away'), expect(ask()).rejects.toThrow('away')]);
  clock.fails = false;
  expect(await ask()).toBe(1);
});

test('a clock that is set back does not keep an answer for ever', async () => {
  const { clock, ask } = counting();
  clock.ms = 1_000_000;
  await ask();
  clock.ms = 0;
  expect(await ask()).toBe(2);
});
