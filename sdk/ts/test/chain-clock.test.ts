/** The chain's clock as a meter knows it never goes back, whatever an old or lagging node says. */
import { expect, test } from 'vitest';
import { ChainClock } from '../src/chain-clock.ts';

test('goes on by a clock that nobody sets, and takes no earlier time than it has', () => {
  let ms = 5_000;
  const clock = new ChainClock(() => ms);
  expect(clock.nowUnixS).toBeUndefined();
  clock.hear(1_000_000);
  ms += 60_000;
  expect(clock.nowUnixS).toBe(1_000_060);
  clock.hear(999_000);
  expect(clock.nowUnixS).toBe(1_000_060);
  clock.hear(1_000_100);
  ms += 1_500;
  expect(clock.nowUnixS).toBe(1_000_101);
});
