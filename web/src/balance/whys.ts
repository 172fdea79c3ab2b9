/**
 * Why something of a balance was refused or waits: the node says it in words of its own, and those that are known are said in the reader's.
 */

export type Plain =
  | 'signature'
  | 'notLinked'
  | 'number'
  | 'otherChain'
  | 'taken'
  | 'lacking'
  | 'unregistered'
  | 'accounts'
  | 'paused'
  | 'frozen';

/** `nel`: so much has the balance, or so much was paid instead. */
export type Why = { is: Plain } | { is: 'balance' | 'paidOther'; nel: bigint };

/** By the words of src/node/uplink/requests.ts and moves.ts, and the codes of the main chain (docs/electra.md). */
const PLAIN: readonly [RegExp, Plain][] = [
  [/^the signature does not hold/, 'signature'],
  [/^the account is not linked to this member$/, 'notLinked'],
  [/^payout number \d+: expected \d+$/, 'number'],
  [/^it was signed for \S+, expected /, 'otherChain'],
  [/^the account is linked to another member$/, 'taken'],
  [/^electra 12\b/, 'lacking'],
  [/^electra 13\b/, 'unregistered'],
  [/^electra 16\b/, 'accounts'],
  [/^electra 17\b/, 'paused'],
  [/^electra 19\b/, 'frozen'],
];
const BALANCE = /^the balance has (\d+) nELECTRA$/;
const PAID = /^the treasury has paid (\d+) nELECTRA under this number$/;

/** Null: words that are not known here, to be shown as they are. */
export function whyOf(text: string): Why | null {
  const [balance, paid] = [BALANCE.exec(text)?.[1], PAID.exec(text)?.[1]];
  if (balance !== undefined) return { is: 'balance', nel: BigInt(balance) };
  if (paid !== undefined) return { is: 'paidOther', nel: BigInt(paid) };
  const is = PLAIN.find(([pattern]) => pattern.test(text))?.[1];
  return is === undefined ? null : { is };
}
