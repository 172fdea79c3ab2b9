/** What long work says of how far it is, counted by the lines that a command writes. */
import { expect, test } from 'vitest';
import { bar, lineCounter } from '../../scripts/counted.mjs';
import { KINDS } from '../../scripts/setup.mjs';

test('lines are counted once each, wherever a chunk ends, and those with the prefix apart', () => {
  const lines = lineCounter('go: ');
  for (const chunk of ['cosmossdk.io/ma', 'th\ngo: downloa', 'ding x v1\n', 'encoding/json\nlast, not ended']) lines.hear(chunk);
  expect([lines.prefixed, lines.others]).toEqual([1, 2]);
});

test('a bar is as full as the work, never longer, and empty where nothing is known', () => {
  expect(bar(312, 1092, 'packages')).toBe('[#####···············] 312 of 1,092 packages');
  expect(bar(7, 5, 'packages')).toBe('[####################] 7 of 5 packages');
  expect(bar(0, 0, 'packages')).toBe('[····················] 0 of 0 packages');
});

test('each kind of Go programs is built in words of its own, so that no line of a start stands there twice', () => {
  const words = Object.values(KINDS).flatMap(({ made, built }) => [made, built]);
  expect(new Set(words).size).toBe(words.length);
});
