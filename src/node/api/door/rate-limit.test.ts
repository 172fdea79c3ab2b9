import { expect, test } from 'vitest';
import { RateLimiter } from './rate-limit.ts';

const limiter = () => new RateLimiter({ burst: 3, perMinute: 60, clients: 2 });

test('a client has a burst, and then as much as flows in', () => {
  const l = limiter();
  expect([0, 0, 0, 0].map(() => l.take('a', 0))).toEqual([0, 0, 0, 1000]);
  expect([l.take('a', 999) > 0, l.take('a', 1_000), l.take('b', 1_000)]).toEqual([true, 0, 0]);
});

test('what a request turned out to cost is paid later, and never more than one bucket of debt', () => {
  const l = limiter();
  l.take('a', 0);
  l.spend('a', 0, 4);
  expect(l.take('a', 0)).toBe(3_000);
  l.spend('a', 0, 1_000_000);
  expect(l.take('a', 0)).toBe(4_000);
  expect(l.take('a', 4_000)).toBe(0);
});

test('a clock that goes back fills nothing', () => {
  const l = limiter();
  for (let i = 0; i < 3; i++) l.take('a', 10_000);
  expect(l.take('a', 5_000)).toBeGreaterThan(0);
});

test('the table is bounded: who was quiet longest is forgotten', () => {
  const l = limiter();
  for (const client of ['a', 'b', 'a', 'c']) l.take(client, 0);
  expect(l.size).toBe(2);
  expect([0, 0, 0].map(() => l.take('a', 0))).toEqual([0, 1000, 1000]);
});
