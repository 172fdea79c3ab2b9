/**
 * Why something of a balance was refused or waits: the node says it in words of its own, and those that are known are said in the reader's.
 */

export type Plain =
  | 'signature'
  | 'notLinked'
  | 'number'
  | 'underWay'
  | 'otherChain'
  | 'otherTreasury'
  | 'left'
  | 'leftUnpaid'
  | 'taken'
  | 'lacking'
  | 'unregistered'
  | 'accounts'
  | 'accountsMost'
  | 'accountsAsked'
  | 'paused'
  | 'frozen'
  | 'sends';

/** `nel`: so much has the balance, or so much was paid instead. */
export type Why = { is: Plain } | { is: 'balance' | 'paidOther'; nel: bigint };

/**
 * By the words of src/node/uplink/requests.ts, moves.ts and left.ts, those of src/node/api/resolvers/balance-requests.ts behind the
 * argument's name, and the codes of the main chain (docs/electra.md).
 */
const PLAIN: readonly [RegExp, Plain][] = [
  [/^the signature does not hold/, 'signature'],
  [/^the account is not linked to this member$/, 'notLinked'],
  [/^payout number \d+: expected \d+$/, 'number'],
  [/^it was signed for the treasury \S+, expected /, 'otherTreasury'],
  [/^the community’s treasury is \S+ on \S+ now\b/, 'otherTreasury'],
  [/^it was signed for (?:\S+|no main chain), expected /, 'otherChain'],
  [/^the main chain of this payout was left\b/, 'left'],
  [/^not paid on the main chain that was left$/, 'leftUnpaid'],
  [/^the account is linked to another member$/, 'taken'],
  [/^electra 12\b/, 'lacking'],
  [/^electra 13\b/, 'unregistered'],
  [/^electra 16\b/, 'accounts'],
  [/^electra 17\b/, 'paused'],
  [/^electra 19\b/, 'frozen'],
  [/^electra 21\b/, 'sends'],
  [/^(?:memberKey|accountKey|pubKey): expected the key of /, 'signature'],
  [/^(?:memberSignature|accountSignature|signature): expected the signature of this very text/, 'signature'],
  [/^account: expected an account that is linked to the member who is signed in$/, 'notLinked'],
  [/^account: expected at most \d+ accounts of a member$/, 'accountsMost'],
  [/^account: expected one of the \d+ that this member has asked for$/, 'accountsAsked'],
  [/^number: expected none while /, 'underWay'],
  [/^number: expected \d+$/, 'number'],
];
const BALANCE = /^(?:the balance has (\d+) nELECTRA|amountNel: expected at most \d+: the balance has (\d+))$/;
const PAID = /^the treasury has paid (\d+) nELECTRA under this number$/;

/** Null: words that are not known here, to be shown as they are. */
export function whyOf(text: string): Why | null {
  const [, judged, asked] = BALANCE.exec(text) ?? [];
  const [balance, paid] = [judged ?? asked, PAID.exec(text)?.[1]];
  if (balance !== undefined) return { is: 'balance', nel: BigInt(balance) };
  if (paid !== undefined) return { is: 'paidOther', nel: BigInt(paid) };
  const is = PLAIN.find(([pattern]) => pattern.test(text))?.[1];
  return is === undefined ? null : { is };
}
