/** A member's own balance in ELECTRA: accounts, entries, payouts. Every statement names the owner, besides the policies of the tables. */
import type { Transaction } from '../pool.ts';

export interface AccountRow {
  address: string;
  linked_at: Date;
  /** null: not judged yet, or refused */
  since_posting: bigint | null;
  registered_height: number | null;
  fault: string | null;
}

/** Of one main chain, oldest first. */
export const readAccounts = (tx: Transaction, owner: string, mainChainId: string): Promise<AccountRow[]> =>
  tx.query<AccountRow>(
    (sql) => sql`
    select account as address, linked_at, since_posting, registered_height, fault
    from books.account_link where member = ${owner} and main_chain_id = ${mainChainId} order by linked_at, account`,
  );

/** What the member has, what was taken off it for a payout that is not over, and what it owes of what was posted since its first link. */
export async function readElectraBalance(
  tx: Transaction,
  owner: string,
): Promise<{ balanceNel: bigint; transitNel: bigint; owedNel: bigint }> {
  const [row] = await tx.query<Record<'balance' | 'transit' | 'owed', string>>(
    (sql) => sql`
    select (select coalesce(-sum(amount_nel), 0) from books.posting where account = ${`balance:${owner}`}) as balance,
      (select coalesce(sum(amount_nel), 0) from books.withdrawal where member = ${owner} and state = 'taken') as transit,
      (select coalesce(sum(amount_nel), 0) from books.posting where account = ${`member:${owner}`}
        and id > (select min(since_posting) from books.account_link where member = ${owner})) as owed`,
  );
  return { balanceNel: BigInt(row.balance), transitNel: BigInt(row.transit), owedNel: BigInt(row.owed) };
}

export interface BalanceEntryRow {
  id: bigint;
  journal: string;
  day: number;
  amount_nel: string;
  balance_nel: string;
}

/** Newest first; what came is positive. */
export const readEntries = (
  tx: Transaction,
  owner: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<BalanceEntryRow[]> =>
  tx.query<BalanceEntryRow>(
    (sql) => sql`
    select * from (
      select id, journal, day, -amount_nel as amount_nel, -sum(amount_nel) over (order by id) as balance_nel
      from books.posting where account = ${`balance:${owner}`}
    ) p ${after === null ? sql`` : sql`where id < ${after}::int8`} order by id desc limit ${limit}`,
  );

export interface PayoutRow {
  id: bigint;
  account: string;
  counter: bigint;
  amount_nel: string;
  asked_at: Date;
  state: 'asked' | 'taken' | 'paid' | 'refused';
  waiting: string | null;
  done_at: Date | null;
  /** of the payment on the main chain, and its transaction's hash */
  paid_height: number | null;
  paid_tx: string | null;
}

/** Newest first. */
export const readPayouts = (
  tx: Transaction,
  owner: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<PayoutRow[]> =>
  tx.query<PayoutRow>(
    (sql) => sql`
    select id, account, counter, amount_nel, asked_at, state, waiting, done_at, paid_height, paid_tx from books.withdrawal
    where member = ${owner} ${after === null ? sql`` : sql`and id < ${after}::int8`} order by id desc limit ${limit}`,
  );

export interface NumberRow {
  account: string;
  number: bigint;
}

/** The number of the newest payout to each own account that was not refused, out of one treasury. */
export const readAskedNumbers = (
  tx: Transaction,
  owner: string,
  { mainChainId, treasury }: { mainChainId: string; treasury: string },
): Promise<NumberRow[]> =>
  tx.query<NumberRow>(
    (sql) => sql`
    select account, max(counter) as number from books.withdrawal
    where member = ${owner} and main_chain_id = ${mainChainId} and treasury = ${treasury} and state <> 'refused' group by account`,
  );

/** The treasury that came after the one that was joined with; null: none. @param tx of the main chain's index */
export async function readReplacement(tx: Transaction, uplink: string): Promise<string | null> {
  const [row] = await tx.query<{ treasury: string }>(
    (sql) => sql`
    select treasury from chain.register_change
    where uplink = ${uplink} and what = 'treasury' and fate = 'applied' and settled_height <= (select height from chain.head)
    order by settled_height desc, number desc limit 1`,
  );
  return row?.treasury ?? null;
}

/** The number of the last payment to each account that the main chain shows. @param tx of the main chain's index */
export const readPaidNumbers = (
  tx: Transaction,
  { treasury, accounts }: { treasury: string; accounts: readonly string[] },
): Promise<NumberRow[]> =>
  tx.query<NumberRow>(
    (sql) => sql`
    select receiver as account, max(counter)::int8 as number from chain.transfer
    where sender = ${treasury} and receiver = any(${[...accounts]}::text[]) and counter is not null
      and height <= (select height from chain.head) group by receiver`,
  );
