import { expect, test } from 'vitest';
import { whyOf } from './whys.ts';

test.each([
  ['the balance has 12500000000 nELECTRA', { is: 'balance', nel: 12_500_000_000n }],
  ['the treasury has paid 20000000000 nELECTRA under this number', { is: 'paidOther', nel: 20_000_000_000n }],
  ['payout number 3: expected 2', { is: 'number' }],
  ['the signature does not hold: address', { is: 'signature' }],
  ['it was signed for electra-main-1, expected electra-main-2', { is: 'otherChain' }],
  ['it was signed for no main chain, expected electra-main-2', { is: 'otherChain' }],
  ['it was signed for the treasury electra1old, expected electra1new, which is in force', { is: 'otherTreasury' }],
  ['the community’s treasury is electra1new on electra-main-2 now: ask again, for that one', { is: 'otherTreasury' }],
  ['the main chain of this payout was left: the operator looks there whether it was paid, and ends it', { is: 'left' }],
  ['not paid on the main chain that was left', { is: 'leftUnpaid' }],
  ['the account is linked to another member', { is: 'taken' }],
  ['electra 12: the balance is below the amount', { is: 'lacking' }],
  ['electra 17: paused', { is: 'paused' }],
  ['electra 19: frozen', { is: 'frozen' }],
  ['electra 21: as many sends as an account may have in a day', { is: 'sends' }],
  ['memberKey: expected the key of the member who is signed in', { is: 'signature' }],
  ['signature: expected the signature of this very text, between these chains, by the member who is signed in', { is: 'signature' }],
  ['account: expected an account that is linked to the member who is signed in', { is: 'notLinked' }],
  ['account: expected at most 2 accounts of a member', { is: 'accountsMost' }],
  ['account: expected one of the 6 that this member has asked for', { is: 'accountsAsked' }],
  ['number: expected none while payout 3 to electra1fwal is under way', { is: 'underWay' }],
  ['number: expected 4', { is: 'number' }],
  ['amountNel: expected at most 40000000000: the balance has 46037654322', { is: 'balance', nel: 46_037_654_322n }],
])('of what the node says, the page knows "%s"', (text, why) => {
  expect(whyOf(text)).toEqual(why);
});

test.each(['sdk 5: insufficient funds', 'electra 170: paused', 'electra 1', 'the balance has nothing', ''])(
  'and leaves "%s" in the words of the node',
  (text) => {
    expect(whyOf(text)).toBeNull();
  },
);
