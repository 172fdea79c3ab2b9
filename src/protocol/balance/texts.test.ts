/** What a member signs about its balance holds between these two chains, for this account, this number, this amount, and nowhere else. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect, test } from 'vitest';
import { signedTextDigest } from '../invoice/signed-text.ts';
import { accountOfPublicKey, accountText } from '../values/address.ts';
import {
  type AccountLink,
  accountLinkFault,
  accountLinkText,
  BALANCE_STEP_NEL,
  type Withdrawal,
  withdrawalFault,
  withdrawalText,
} from './texts.ts';

const keyOf = (n: number) => {
  const secret = new Uint8Array(32).fill(n);
  const publicKey = secp256k1.getPublicKey(secret, true);
  const address = accountText(accountOfPublicKey(publicKey));
  const sign = (text: string) => ({
    publicKey,
    signature: secp256k1.sign(signedTextDigest(address, text), secret, { prehash: false, lowS: true, format: 'compact' }),
  });
  return { address, sign };
};
const [MEMBER, ACCOUNT, OTHER, TREASURY] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4)];
const LINK: AccountLink = { chainId: 'community-1', mainChainId: 'main-1', member: MEMBER.address, account: ACCOUNT.address };
const PAYOUT: Withdrawal = { ...LINK, treasury: TREASURY.address, counter: 3n, amountNel: 2n * BALANCE_STEP_NEL };

test('a link holds by a signature of the member’s wallet and one of the account', () => {
  const text = accountLinkText(LINK);
  expect(accountLinkFault(LINK, { byMember: MEMBER.sign(text), byAccount: ACCOUNT.sign(text) })).toBeNull();
});

test('nobody links an account that is not its own, on other chains, or to somebody else', () => {
  const text = accountLinkText(LINK);
  expect(accountLinkFault(LINK, { byMember: MEMBER.sign(text), byAccount: MEMBER.sign(text) })).toBe('account address');
  expect(accountLinkFault(LINK, { byMember: OTHER.sign(text), byAccount: ACCOUNT.sign(text) })).toBe('member address');
  for (const other of [{ chainId: 'community-2' }, { mainChainId: 'main-2' }, { member: OTHER.address }])
    expect(accountLinkFault(LINK, { byMember: MEMBER.sign(text), byAccount: ACCOUNT.sign(accountLinkText({ ...LINK, ...other })) })).toBe(
      'account signature',
    );
  expect(() => accountLinkText({ ...LINK, account: LINK.member })).toThrow('account');
});

test('a payout holds by the member’s wallet, for its own treasury, number and amount', () => {
  expect(withdrawalFault(PAYOUT, MEMBER.sign(withdrawalText(PAYOUT)))).toBeNull();
  expect(withdrawalFault(PAYOUT, ACCOUNT.sign(withdrawalText(PAYOUT)))).toBe('address');
  for (const other of [
    ...[{ counter: 4n }, { amountNel: 3n * BALANCE_STEP_NEL }, { mainChainId: 'main-2' }],
    ...[{ account: OTHER.address }, { treasury: OTHER.address }],
  ])
    expect(withdrawalFault({ ...PAYOUT, ...other }, MEMBER.sign(withdrawalText(PAYOUT)))).toBe('signature');
  expect(withdrawalFault(PAYOUT, MEMBER.sign(accountLinkText(LINK)))).toBe('signature');
});

test('amounts are whole steps of 10 ELECTRA up to 1000, numbers begin with 1, chain ids bring no line of their own', () => {
  for (const amountNel of [0n, 1n, BALANCE_STEP_NEL + 1n, 101n * BALANCE_STEP_NEL])
    expect(() => withdrawalText({ ...PAYOUT, amountNel })).toThrow('amountNel');
  expect(() => withdrawalText({ ...PAYOUT, counter: 0n })).toThrow('counter');
  expect(accountLinkText({ ...LINK, chainId: 'grid/7+8' })).toContain('Community: grid/7+8\n');
  for (const id of ['', 'a\nMember: x', 'a b', 'x'.repeat(51)]) {
    expect(() => accountLinkText({ ...LINK, chainId: id })).toThrow('chainId: expected 1 to 50');
    expect(() => accountLinkText({ ...LINK, mainChainId: id })).toThrow('mainChainId: expected 1 to 50');
  }
});
