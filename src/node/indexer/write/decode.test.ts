/**
 * Two decoders of one string: the chain's, in Go, and the index's. Over transactions of all messages with everything wrong that a
 * protobuf can have, they accept the same ones and read the same values. `node scripts/run.mjs test/kit/decoders/fuzz.ts SECONDS` goes on
 * for longer.
 */
import { expect, test } from 'vitest';
import { differences } from '../../../../test/kit/decoders/compare.ts';
import { MUTATIONS } from '../../../../test/kit/decoders/mutations.ts';
import { MAIN_MESSAGES } from '../../../protocol/messages/main-table.ts';
import { MESSAGES } from '../../../protocol/messages/table.ts';

const SEED = 20_260_701;
const INPUTS = 20_000;
/** What is left without a field is a transaction with a value less. */
const MAY_BE_RIGHT = ['a field less'];

test(`the chain and the index read ${INPUTS} transactions alike, honest and malformed`, { timeout: 300_000 }, async () => {
  const { differing, accepted, refused } = await differences({ seed: SEED, from: 0, count: INPUTS });
  expect(differing).toEqual([]);
  // The inputs are what they should be: every message is read somewhere, and every way to be wrong is refused somewhere.
  expect([...accepted.messages].sort()).toEqual(MESSAGES.map(({ name }) => name).sort());
  for (const name of Object.keys(MUTATIONS)) {
    if (!MAY_BE_RIGHT.includes(name)) expect(refused.mutations).toContain(`${name} in the message`);
    for (const level of ['any', 'body', 'transaction'])
      expect([...refused.mutations, ...accepted.mutations]).toContain(`${name} in the ${level}`);
  }
  expect(accepted.mutations).toContain('nothing');
  expect(refused.mutations).not.toContain('nothing');
  expect(refused.mutations).toContain('a list one by one');
  expect(refused.mutations).toContain('a list in two parts');
});

test('and so do a main chain and the index, of its own messages and of meters’', { timeout: 300_000 }, async () => {
  const { differing, accepted, refused } = await differences({ seed: SEED, from: 0, count: 6000, of: 'main' });
  expect(differing).toEqual([]);
  expect([...accepted.messages].sort()).toEqual([...MESSAGES, ...MAIN_MESSAGES].map(({ name }) => name as string).sort());
  for (const name of Object.keys(MUTATIONS).filter((one) => !MAY_BE_RIGHT.includes(one)))
    expect(refused.mutations).toContain(`${name} in the message`);
});
