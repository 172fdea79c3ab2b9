import { describe, expect, test } from 'vitest';
import { stillNeeded } from './destroy-rule.ts';

const over = { chainUnixS: 200_001, successorUnixS: 100_000, overlapS: 100_000, known: true, unopened: 0 };

describe('an epoch’s private key', () => {
  test('may go when the chain has stopped taking the epoch and everything sealed to it is opened', () =>
    expect(stillNeeded(1, over)).toBeNull());
  test.each([
    ['the chain does not know it', { known: false }, /knows no epoch 1/],
    ['it is the newest', { successorUnixS: null }, /newest on the chain/],
    ['the overlap is not over', { chainUnixS: 200_000 }, /until 1970-01-03T07:33:20/],
    ['a box of it is not opened', { unopened: 1 }, /1 box\(es\)/],
  ])('stays while %s', (_name, change, reason) => expect(stillNeeded(1, { ...over, ...change })).toMatch(reason));
});
