import { expect, test } from 'vitest';
import type { ChainNode } from './node.ts';
import { NodeRing } from './ring.ts';

const named = (names: string) => [...names].map((name) => ({ name }) as ChainNode);
function ringOf(names: string) {
  const clock = { ms: 0 };
  const ring = new NodeRing(named(names), { firstMs: 100, now: () => clock.ms });
  return { clock, ring, chosen: () => ring.choose().name };
}

test('the next node is asked when one fails, and the first again after the last', () => {
  const { ring, chosen } = ringOf('abc');
  const seen = Array.from({ length: 4 }, () => {
    const name = chosen();
    ring.pass();
    return name;
  });
  expect(seen.join('')).toBe('abca');
});

test('the one being asked goes on being asked while nothing is wrong with it, also when another one’s time is over', () => {
  const { ring, chosen, clock } = ringOf('ab');
  expect(chosen()).toBe('a');
  ring.leaveOut();
  expect(chosen()).toBe('b');
  clock.ms = 1_000;
  expect(ring.current.name).toBe('b');
  expect(chosen()).toBe('b');
});

test('a node that lied is left out for a time that doubles, and then tried again', () => {
  const { ring, chosen, clock } = ringOf('ab');
  chosen();
  expect(ring.leaveOut()).toBe(100);
  for (let i = 0; i < 3; i++) {
    expect(chosen()).toBe('b');
    ring.pass();
  }
  clock.ms = 100;
  ring.pass();
  expect([chosen(), ring.trusted.length]).toEqual(['b', 2]);
  ring.pass();
  expect(chosen()).toBe('a');
  expect(ring.leaveOut()).toBe(200);
});

test('the last one that is trusted is not left out: whoever asked hears of it', () => {
  const { ring, chosen } = ringOf('ab');
  chosen();
  ring.leaveOut();
  chosen();
  expect([ring.leaveOut(), ring.trusted.map(({ name }) => name)]).toEqual([0, ['b']]);
});
