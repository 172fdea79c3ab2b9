/** A member's own balance in ELECTRA (docs/balance.md): what it has, its accounts on the main chain, what moved it, payouts. */
import { BALANCE_STEP_NEL, WITHDRAWAL_MAX_NEL } from '../../../protocol/balance/texts.ts';
import { readHead } from '../chain-head.ts';
import { type PageArgs, page } from '../connection.ts';
import { type Context, type MainMarket, viewerOf } from '../context.ts';
import { ApiError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { onMain, treasuryNow } from '../main-index.ts';
import * as rows from '../rows/balance.ts';
import type { OpenPayoutRow } from '../rows/money.ts';

/** Between which chains a balance is, and where its ELECTRA lie. */
export interface Place {
  /** of the community */
  chainId: string;
  mainChainId: string;
  /** in force; null: the index of the main chain does not say just now */
  treasury: string | null;
}

/** Null where the community shares on no main chain. @throws ApiError UNAVAILABLE before the index has begun */
export async function placeOf({ tx, service }: Context): Promise<Place | null> {
  if (!service.main) return null;
  const chainId = service.chainId ?? (await readHead(tx, service.now()))?.chainId;
  if (chainId === undefined) throw new ApiError('UNAVAILABLE', 'the index has not begun: try again in a moment');
  return { chainId, mainChainId: service.main.chainId, treasury: await treasuryNow(service.main, service) };
}

export interface OwnAccount extends rows.AccountRow {
  /** null while it is not known which treasury is in force */
  nextNumber: bigint | null;
}

/** As far as this node's index of the main chain knows. */
async function paidNumbers(main: MainMarket, treasury: string, accounts: readonly string[]): Promise<rows.NumberRow[]> {
  if (accounts.length === 0) return [];
  return (await onMain(main, (tx) => rows.readPaidNumbers(tx, { treasury, accounts }))) ?? [];
}

const nextOf = (numbers: readonly rows.NumberRow[]): bigint =>
  numbers.reduce((next, { number }) => (number >= next ? number + 1n : next), 1n);

/** Own accounts, each with the number of its next payout: one more than what was paid to it or is under way. */
export async function accountsOf(context: Context): Promise<OwnAccount[]> {
  const { tx, service } = context;
  const { address } = viewerOf(context);
  const place = await placeOf(context);
  if (!place) return [];
  const { mainChainId, treasury } = place;
  const accounts = await rows.readAccounts(tx, address, mainChainId);
  if (treasury === null) return accounts.map((account) => ({ ...account, nextNumber: null }));
  const asked = await rows.readAskedNumbers(tx, address, { mainChainId, treasury });
  const own = accounts.map((account) => account.address);
  const paid = await paidNumbers(service.main!, treasury, own);
  const numbers = Map.groupBy([...asked, ...paid], ({ account }) => account);
  return accounts.map((account) => ({ ...account, nextNumber: nextOf(numbers.get(account.address) ?? []) }));
}

interface Electra extends Place {
  balanceNel: bigint;
  owedNel: bigint;
  transitNel: bigint;
}

export async function electra(_: unknown, __: unknown, context: Context): Promise<Electra | null> {
  const place = await placeOf(context);
  return place && { ...place, ...(await rows.readElectraBalance(context.tx, viewerOf(context).address)) };
}

/** Whole steps of a balance, as far as one payout goes. */
export function mostOf(balanceNel: bigint): bigint {
  const whole = balanceNel - (balanceNel % BALANCE_STEP_NEL);
  // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigint.
  return whole < WITHDRAWAL_MAX_NEL ? whole : WITHDRAWAL_MAX_NEL;
}

export const isOpen = ({ state }: rows.PayoutRow): boolean => state === 'asked' || state === 'taken';
export const isLinked = ({ since_posting: since }: rows.AccountRow): boolean => since !== null;

/** Only the newest payout can be open: one at a time. */
export const newestPayout = async (context: Context): Promise<rows.PayoutRow | undefined> =>
  (await rows.readPayouts(context.tx, viewerOf(context).address, { after: null, limit: 1 }))[0];

export const OwnElectra = {
  stepNel: () => BALANCE_STEP_NEL,
  mostNel: () => WITHDRAWAL_MAX_NEL,
  payableNel: async ({ balanceNel, mainChainId }: Electra, _: unknown, context: Context): Promise<bigint> => {
    const { address } = viewerOf(context);
    const newest = await newestPayout(context);
    const linked = (await rows.readAccounts(context.tx, address, mainChainId)).some(isLinked);
    return !linked || (newest && isOpen(newest)) ? 0n : mostOf(balanceNel);
  },
  accounts: (_: unknown, __: unknown, context: Context) => accountsOf(context),
  accountsMost: () => LIMITS.accountsPerMember,
  entries: (_: unknown, args: PageArgs, context: Context) =>
    page<rows.BalanceEntryRow>(args, {
      shape: ['int'],
      keyOf: ({ id }) => [String(id)],
      read: (after, limit) => rows.readEntries(context.tx, viewerOf(context).address, { after: after && String(after[0]), limit }),
    }),
  payouts: (_: unknown, args: PageArgs, context: Context) =>
    page<rows.PayoutRow>(args, {
      shape: ['int'],
      keyOf: ({ id }) => [String(id)],
      read: (after, limit) => rows.readPayouts(context.tx, viewerOf(context).address, { after: after && String(after[0]), limit }),
    }),
};

export const OwnAccount = {
  state: (row: OwnAccount) => (isLinked(row) ? 'LINKED' : row.fault === null ? 'ASKED' : 'REFUSED'),
  why: (row: OwnAccount) => row.fault,
  askedAt: (row: OwnAccount) => row.linked_at,
  registeredHeight: (row: OwnAccount) => row.registered_height,
};

const KINDS: Readonly<Record<string, string>> = {
  deposit: 'TOP_UP',
  draw: 'BILLS',
  withdrawal: 'PAYOUT',
  returned: 'RETURNED',
  payment: 'PAID',
};

export const BalanceEntry = {
  kind: (row: rows.BalanceEntryRow) => KINDS[row.journal.split(':')[0]],
  amountNel: (row: rows.BalanceEntryRow) => row.amount_nel,
  balanceNel: (row: rows.BalanceEntryRow) => row.balance_nel,
};

/** One that is not over, as the operator sees it. */
export const OpenPayout = {
  number: (row: OpenPayoutRow) => row.counter,
  amountNel: (row: OpenPayoutRow) => row.amount_nel,
  askedAt: (row: OpenPayoutRow) => row.asked_at,
  state: (row: OpenPayoutRow) => row.state.toUpperCase(),
  why: (row: OpenPayoutRow) => row.waiting,
};

/** A payout, for its member. */
export const Payout = {
  ...OpenPayout,
  doneAt: (row: rows.PayoutRow) => row.done_at,
  paidHeight: (row: rows.PayoutRow) => row.paid_height,
  paidTx: (row: rows.PayoutRow) => row.paid_tx,
};
