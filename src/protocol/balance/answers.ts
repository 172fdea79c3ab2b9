/**
 * What the API answers of `member { electra }` (src/node/api/schema/balance.graphql), as far as the command line and the page both read it:
 * shapes, and the fields by which they are asked for. Amounts are nELECTRA in decimal, for they may be large.
 */

export interface AccountAnswer {
  address: string;
  state: 'ASKED' | 'LINKED' | 'REFUSED';
  /** why it was refused, as the node says it */
  why: string | null;
  /** block of the main chain from which on it may hold ELECTRA; null: not yet */
  registeredHeight: number | null;
  /** of its next payout; null while `treasury` is */
  nextNumber: string | null;
}
export const ACCOUNT_FIELDS = 'address state why registeredHeight nextNumber';

export interface PayoutAnswer {
  account: string;
  number: string;
  amountNel: string;
  state: 'ASKED' | 'TAKEN' | 'PAID' | 'REFUSED';
  /** why it is not paid yet, or was refused, as the node says it */
  why: string | null;
  /** block of the main chain that holds the payment; null: it is not paid, or an earlier version saw it */
  paidHeight: number | null;
}
export const PAYOUT_FIELDS = 'account number amountNel state why paidHeight';

export type EntryKind = 'TOP_UP' | 'BILLS' | 'PAYOUT' | 'RETURNED' | 'PAID';

export interface EntryAnswer {
  day: string;
  kind: EntryKind;
  amountNel: string;
  /** after it */
  balanceNel: string;
  journal: string;
}
export const ENTRY_FIELDS = 'day kind amountNel balanceNel journal';

export interface BalanceAnswer {
  chainId: string;
  mainChainId: string;
  /** null: the community's node does not know just now which is in force */
  treasury: string | null;
  balanceNel: string;
  transitNel: string;
  /** the most that a payout may be just now */
  payableNel: string;
}
export const BALANCE_FIELDS = 'chainId mainChainId treasury balanceNel transitNel payableNel';
