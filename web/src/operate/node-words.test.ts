import { expect, test } from 'vitest';
import { nodeWord } from './node-words.ts';

const missed = 'in 8 h 0 min the day is missed on the main chain';
const look = '(does electra uplink run? electra uplink status)';
const nothing = { days: [], more: 0, a: '', b: '', left: '', main: null };

test.each([
  ['the index has not begun', { is: 'notBegun' }],
  ['the index is of chain electra-a-1, expected electra-b-2', { is: 'otherChain', a: 'electra-a-1', b: 'electra-b-2' }],
  ['the last indexed block is 75 s old, the limit is 60 s', { is: 'behind', a: '75', b: '60' }],
  ['the chain has frozen 2026-07-01, 2026-07-02, and there is no book of it', { is: 'noBook', days: ['2026-07-01', '2026-07-02'] }],
  ['the chain has frozen 2026-07-01 and 3 more, and the index has no roster of it', { is: 'noRoster', days: ['2026-07-01'], more: 3 }],
  ['the chain has no proofs of the book of 2026-07-01, which were due', { is: 'noProofs', days: ['2026-07-01'] }],
  [
    `2026-07-01 is shared, and its book is not proven, which is due in 2 h 5 min; ${missed}: look at books, provers and signer`,
    { is: 'unprovenDue', days: ['2026-07-01'], a: '2 h 5 min', left: '8 h 0 min' },
  ],
  [
    `2026-07-01 is shared, and its book is not proven, which is overdue; ${missed}: look at books, provers and signer`,
    { is: 'unprovenOverdue', days: ['2026-07-01'], left: '8 h 0 min' },
  ],
  [
    `2026-07-01 is proven and not stated; ${missed}: does electra uplink run? electra uplink status`,
    { is: 'unstated', days: ['2026-07-01'], left: '8 h 0 min' },
  ],
  [
    'the chain has a sealing key that is not the vault’s (epoch 2, 3): whoever holds it reads what meters seal to it',
    { is: 'foreignKey', a: '2, 3' },
  ],
  ['void, since no book was proven in time: 2026-07-01', { is: 'voidUnproven', days: ['2026-07-01'] }],
  ['void, since fewer than two communities had stated them by their freeze: 2026-07-01', { is: 'voidUnstated', days: ['2026-07-01'] }],
  ['4 × unknown-meter in the blocks', { is: 'inBlocks', a: '4', b: 'unknown-meter' }],
  ['the proven roster is not that of the indexed statements: 2026-07-01', { is: 'otherRoster', days: ['2026-07-01'] }],
  [`not stated, and the main chain has not frozen it, though its time is over ${look}: 2026-07-01`, { is: 'open', days: ['2026-07-01'] }],
  [
    'proven and not stated, while the main chain, or this node’s index of it, does not go on: 2026-07-01',
    { is: 'halted', days: ['2026-07-01'] },
  ],
  [
    'not known to be stated, and its time is over: this node’s index of the main chain does not reach that far: 2026-07-01',
    { is: 'beyond', days: ['2026-07-01'] },
  ],
  ['not shared, since it was not stated on the main chain in time: 2026-07-01', { is: 'missed', days: ['2026-07-01'] }],
  ['stated on the main chain otherwise than this database knows (docs/uplink.md): 2026-07-01', { is: 'other', days: ['2026-07-01'] }],
  ['main chain electra-main-5: the database of its index does not answer', { is: 'noDatabase', main: 'electra-main-5' }],
  ['main chain electra-main-5: the index has not begun', { is: 'notBegun', main: 'electra-main-5' }],
])('of what the node says of itself, the page knows "%s"', (text, word) => {
  expect(nodeWord(text)).toEqual({ ...nothing, ...word });
});

test.each([
  'the database does not answer at all',
  'the chain has frozen yesterday, and there is no book of it',
  '',
  'main chain x: it rained',
])('and leaves "%s" in the words of the node', (text) => {
  expect(nodeWord(text)).toBeNull();
});
