import { expect, test } from 'vitest';
import { whyOf } from './whys.ts';

test.each([
  ['the balance has 12500000000 nELECTRA', { is: 'balance', nel: 12_500_000_000n }],
  ['the treasury has paid 20000000000 nELECTRA under this number', { is: 'paidOther', nel: 20_000_000_000n }],
  ['payout number 3: expected 2', { is: 'number' }],
  ['the signature does not hold: address', { is: 'signature' }],
  ['it was signed for electra-main-1, expected electra-main-2', { is: 'otherChain' }],
  ['the account is linked to another member', { is: 'taken' }],
  ['electra 12: the balance is below the amount', { is: 'lacking' }],
  ['electra 17: paused', { is: 'paused' }],
  ['electra 19: frozen', { is: 'frozen' }],
])('of what the node says, the page knows "%s"', (text, why) => {
  expect(whyOf(text)).toEqual(why);
});

test.each(['sdk 5: insufficient funds', 'electra 170: paused', 'electra 1', 'the balance has nothing', ''])(
  'and leaves "%s" in the words of the node',
  (text) => {
    expect(whyOf(text)).toBeNull();
  },
);
