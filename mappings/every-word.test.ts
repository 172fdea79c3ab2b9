/** What the chain that runtimes are compared over holds, and what the store of the handlers' tests refuses as SubQuery does. */
import { expect, test } from 'vitest';
import { MAIN_MESSAGES } from '../src/protocol/messages/main-table.ts';
import { MESSAGES } from '../src/protocol/messages/table.ts';
import { metersOf } from '../test/kit/made-chain/genesis.ts';
import { PLANS } from '../test/kit/made-chain/plans.ts';
import { SeededRandom } from '../test/kit/made-chain/random.ts';
import { Story } from '../test/kit/made-chain/said.ts';
import { MemoryStore } from '../test/kit/memory-store.ts';

function saidOn(name: 'varied' | 'short'): { types: Set<string>; events: Set<string> } {
  const plan = PLANS[name];
  const story = new Story(plan, metersOf(plan), new SeededRandom(plan.seed));
  const blocks = Array.from({ length: plan.blocks }, (_, i) => story.at(i + 1));
  return {
    types: new Set(blocks.flatMap(({ txs }) => txs.map(({ message: { typeUrl } }) => typeUrl))),
    events: new Set(blocks.flatMap(({ events }) => events.map(({ type }) => type))),
  };
}

test('every kind of message is said on the chain of every word, and every event of a block’s end tells of something', () => {
  const { types, events } = saidOn('varied');
  expect([...types].sort()).toEqual([...MESSAGES, ...MAIN_MESSAGES].map(({ typeUrl }) => typeUrl as string).sort());
  expect([...events].sort()).toEqual(
    ['operator_rotated', 'register_decided', 'role_rotated', 'roster_frozen', 'suspended', 'validator_change'].map(
      (name) => `electra.${name}`,
    ),
  );
});

test('on the others meters report and close their days, and nobody says anything else', () => {
  expect([...saidOn('short').types].sort()).toEqual(['/electra.meter.v1.MsgCloseDay', '/electra.meter.v1.MsgReport']);
});

test('a handler may look for rows by an indexed field', async () => {
  expect(await new MemoryStore().getByFields('NoBill', [['meter', '=', 'm']], { offset: 0, limit: 1 })).toEqual([]);
});

test('and by no other, at which SubQuery stops', async () => {
  const looking = new MemoryStore().getByFields('NoBill', [['openHeight', '=', 1]], { offset: 0, limit: 1 });
  await expect(looking).rejects.toThrow('NoBill.openHeight: expected @index in schema.graphql, as a handler looks for it');
});
