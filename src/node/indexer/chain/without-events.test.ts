/** What is left of an answer without its transactions' events. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutEvents } from './without-events.ts';

const cut = (text: string): string => withoutEvents(Buffer.from(text)).toString();

/** Lists under `events` emptied, wherever they stand. */
const emptied = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(emptied);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, key === 'events' && Array.isArray(one) ? [] : emptied(one)]);
  return Object.fromEntries(entries);
};

const TRICKY = ['events', '"events":[', ',"events":[', '\\', '"', ']', '[', '{"events":[1]}', 'é"', '\\"events'];
const words = fc.oneof(fc.constantFrom(...TRICKY), fc.string());
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    words,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(words, tie('tree')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    fc.array(tie('tree'), { maxLength: 3 }).map((events) => ({ code: 0, events, log: '' })),
  ),
}));

test('of any JSON it is the same JSON, with empty lists of events', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(JSON.parse(cut(JSON.stringify(value)))).toEqual(emptied(JSON.parse(JSON.stringify(value))));
    }),
    { numRuns: 2_000 },
  );
});

test('the events of a block’s own end stay', () => {
  const text = '{"txs_results":[{"code":0,"events":[{"type":"tx"}]}],"finalize_block_events":[{"type":"electra.roster_frozen"}]}';
  expect(cut(text)).toBe('{"txs_results":[{"code":0,"events":[]}],"finalize_block_events":[{"type":"electra.roster_frozen"}]}');
});

test('what is cut off in the middle, or written with spaces, is as it was', () => {
  for (const text of ['{"a":[{"events":[{"type":"tx"', '{"a":[{"events":["tx]', '{ "events": [ 1 ] }', '', '"events":[1]'])
    expect(cut(text)).toBe(text);
});
