/**
 * What a member signs about its balance in ELECTRA, by ADR-36 (../invoice/signed-text.ts): that an account on the main chain is its own,
 * and that an amount is to be paid out to it. In words, for whoever signs; each names both chains, member and account, so that neither is
 * taken for the other, or holds anywhere else.
 */

import type { SignatureFault } from '../invoice/signed-text.ts';
import { signatureFault } from '../invoice/signed-text.ts';
import { addressBytes } from '../values/address.ts';
import { checkChainId } from '../values/checks.ts';
import { ProtocolError } from '../values/errors.ts';

/** A payout is in steps of it (PayMember), and a top-up is expected to be: amounts to the unit would tell what somebody has earned. */
export const BALANCE_STEP_NEL = 10_000_000_000n;
/** So much goes in one payout at most. */
export const WITHDRAWAL_MAX_NEL = 100n * BALANCE_STEP_NEL;

export interface AccountLink {
  /** of the community */
  chainId: string;
  mainChainId: string;
  /** wallet address on the community's chain */
  member: string;
  /** on the main chain: another one, or everybody would see whose it is */
  account: string;
}

export interface Withdrawal extends AccountLink {
  /** the community's account on the main chain, by which the chain counts payouts: signed for one, it holds for no other */
  treasury: string;
  /** of the account's payouts out of this treasury: the last one + 1 */
  counter: bigint;
  amountNel: bigint;
}

/** A signature by ADR-36. */
export interface TextSignature {
  publicKey: Uint8Array;
  signature: Uint8Array;
}

const U64_MAX = 2n ** 64n - 1n;

function placeLines({ chainId, mainChainId, member, account }: AccountLink): string[] {
  checkChainId(chainId);
  checkChainId(mainChainId, 'mainChainId');
  addressBytes(member, 'member');
  addressBytes(account, 'account');
  if (member === account)
    throw new ProtocolError('out-of-range', 'account', 'another address than the member’s, or everybody would see whose it is');
  return [`Community: ${chainId}`, `Main chain: ${mainChainId}`, `Member: ${member}`, `Account: ${account}`];
}

/** What the member's wallet signs, and the account's key too: or somebody could have another's top-ups for its own. */
export const accountLinkText = (link: AccountLink): string =>
  ['Electra: this account of ELECTRA and this member are the same person. It moves no money.', '', ...placeLines(link)].join('\n');

/** What the member's wallet signs for a payout. @throws ProtocolError naming the field */
export function withdrawalText(withdrawal: Withdrawal): string {
  const { treasury, counter, amountNel } = withdrawal;
  addressBytes(treasury, 'treasury');
  if (counter < 1n || counter > U64_MAX) throw new ProtocolError('out-of-range', 'counter', '1 … 2^64 − 1');
  if (amountNel < BALANCE_STEP_NEL || amountNel > WITHDRAWAL_MAX_NEL || amountNel % BALANCE_STEP_NEL !== 0n)
    throw new ProtocolError('out-of-range', 'amountNel', `a multiple of ${BALANCE_STEP_NEL}, at most ${WITHDRAWAL_MAX_NEL}`);
  return [
    'Electra: pay out of my balance.',
    '',
    ...placeLines(withdrawal),
    `Treasury: ${treasury}`,
    `Payout number: ${counter}`,
    `Amount: ${amountNel / 1_000_000_000n} ELECTRA`,
  ].join('\n');
}

/** What is wrong with a link's two signatures; null if nothing. */
export function accountLinkFault(
  link: AccountLink,
  { byMember, byAccount }: { byMember: TextSignature; byAccount: TextSignature },
): `${'member' | 'account'} ${SignatureFault}` | null {
  const text = accountLinkText(link);
  const member = signatureFault({ address: link.member, text, ...byMember });
  if (member) return `member ${member}`;
  const account = signatureFault({ address: link.account, text, ...byAccount });
  return account && `account ${account}`;
}

export const withdrawalFault = (withdrawal: Withdrawal, by: TextSignature): SignatureFault | null =>
  signatureFault({ address: withdrawal.member, text: withdrawalText(withdrawal), ...by });
