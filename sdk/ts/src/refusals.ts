/**
 * What to do about a refused transaction. The chain names each refusal by (codespace, code): `meter` is x/meter's own register, `sdk` that
 * of the Cosmos SDK. The trap is to call something final that is not: an item given up here is a day that nobody bills from the meter's own
 * word. So only what can never pass again is `never`, and what nobody knows waits for itself without holding up the rest.
 */
import type { TxAnswer } from './rpc.ts';

export type Verdict =
  | 'used' // the chain has it already: ask which, and go on
  | 'never' // an item can't be accepted any more: dead letter
  | 'epoch' // sealed to a key that the chain doesn't take: seal anew
  | 'sequence' // somebody's view of the account is old: ask again
  | 'smaller' // too much in one transaction
  | 'wait' // concerns the account or the moment, not an item: not enrolled yet, clock behind, mempool full
  | 'unknown'; // maybe one item, maybe not: find out which, and try it again later

const METER: Readonly<Record<number, Verdict>> = {
  2: 'wait',
  3: 'wait',
  40: 'wait', // stranger, wrong signer, meter not enrolled
  5: 'smaller',
  6: 'smaller', // transaction too large, wrong number of messages
  12: 'never',
  22: 'never',
  25: 'never', // day out of range, slot or day too old
  20: 'used',
  23: 'used', // slot reported, day closed
  21: 'wait',
  24: 'wait', // slot or day not over on the chain's clock
  26: 'never',
  27: 'never', // before the first day, after the last
  28: 'never',
  29: 'never', // size or commitment: a defect, kept as a dead letter rather than holding up the rest
  30: 'epoch',
  31: 'epoch', // key epoch unknown or expired
};
const SDK: Readonly<Record<number, Verdict>> = {
  4: 'sequence', // unauthorized: a signature over another sequence or account number
  9: 'wait', // unknown address
  19: 'wait',
  20: 'wait', // in the mempool already, mempool full
  21: 'smaller', // tx too large
  30: 'sequence', // past its timeout height: build it anew
  32: 'sequence', // account sequence mismatch
};

export function judge(answer: TxAnswer): Verdict {
  const table = answer.codespace === 'meter' ? METER : answer.codespace === 'sdk' ? SDK : {};
  return table[answer.code] ?? 'unknown';
}

/** True when a transaction refused so will be refused by every later block too: a used slot stays used, an expired key expired. */
export function isFinalForTx(answer: TxAnswer): boolean {
  return ['used', 'never', 'smaller'].includes(judge(answer)) || (answer.codespace === 'meter' && answer.code === 31);
}

/** A short stable name for lists and logs. */
export const refusalName = (answer: TxAnswer): string => `${answer.codespace || 'unknown'}/${answer.code}`;
