/** What a member asks for about its balance, written down for the node to judge. Every statement names the owner, besides the policies. */
import type { AccountLink, TextSignature, Withdrawal } from '../../../protocol/balance/texts.ts';
import type { Transaction } from '../pool.ts';
import type { PayoutRow } from './balance.ts';

/** One request of a member at a time, until the end of the transaction: each sees what the one before has written. */
export const lockRequests = (tx: Transaction, owner: string): Promise<unknown> =>
  tx.query((sql) => sql`select pg_advisory_xact_lock(hashtext('electra.api.balance'), hashtext(${owner}))`);

/** A request for the same account that was refused makes room. */
export const writeLink = (
  tx: Transaction,
  { account, member, mainChainId, byMember, byAccount }: AccountLink & Record<'byMember' | 'byAccount', TextSignature>,
): Promise<unknown> =>
  tx.query(
    (sql) => sql`
    insert into books.account_link (account, member, main_chain_id, member_key, member_signature, account_key, account_signature)
    values (${account}, ${member}, ${mainChainId}, ${byMember.publicKey}, ${byMember.signature}, ${byAccount.publicKey},
      ${byAccount.signature})`,
  );

/** The one of this treasury with this number to this account that was not refused. */
export async function findPayout(
  tx: Transaction,
  { mainChainId, treasury, member, account, counter }: Withdrawal,
): Promise<PayoutRow | null> {
  const [row] = await tx.query<PayoutRow>(
    (sql) => sql`
    select id, account, counter, amount_nel, asked_at, state, waiting, done_at, paid_height, paid_tx from books.withdrawal
    where main_chain_id = ${mainChainId} and treasury = ${treasury}
      and member = ${member} and account = ${account} and counter = ${String(counter)}::int8 and state <> 'refused'`,
  );
  return row ?? null;
}

/** How many were asked for in the last so many seconds. */
export async function countPayouts(tx: Transaction, owner: string, seconds: number): Promise<number> {
  const [{ n }] = await tx.query<{ n: number }>(
    (sql) => sql`
    select count(*)::int as n from books.withdrawal where member = ${owner} and asked_at > now() - ${seconds} * interval '1 second'`,
  );
  return n;
}

/** @returns false: another one of the member is under way */
export async function writePayout(
  tx: Transaction,
  { account, member, mainChainId, treasury, counter, amountNel, by }: Withdrawal & { by: TextSignature },
): Promise<boolean> {
  const written = await tx.query(
    (sql) => sql`
    insert into books.withdrawal (account, member, main_chain_id, treasury, counter, amount_nel, public_key, signature)
    values (${account}, ${member}, ${mainChainId}, ${treasury}, ${String(counter)}, ${String(amountNel)}, ${by.publicKey}, ${by.signature})
    on conflict do nothing returning 1`,
  );
  return written.length > 0;
}
