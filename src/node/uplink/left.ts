/**
 * Payouts on a main chain that the community has left: what was taken off balances for them stays taken, since nobody follows that chain
 * any more. Its operator ends each (`electra uplink end-left`): as paid, or given back, as that chain's state proves it.
 */
import { lockBalances, move, TRANSIT } from '../books/money/balance.ts';
import type { Sql } from '../db/index.ts';
import { sleep } from '../shared/wait.ts';
import { type Asked, giveBack } from './moves.ts';

export interface LeftPayout {
  id: string;
  /** null: of before payouts named one */
  mainChainId: string | null;
  treasury: string | null;
  account: string;
  number: bigint;
  amountNel: bigint;
}

/** That are under way on another main chain than the one that is followed; null: none is. */
export async function leftPayouts(sql: Sql, followed: string | null): Promise<LeftPayout[]> {
  const rows = await sql<{ id: string; on: string | null; treasury: string | null; account: string; number: string; nel: string }[]>`
    select id::text, main_chain_id as on, treasury, account, counter::text as number, amount_nel::text as nel from books.withdrawal
    where state = 'taken' and (main_chain_id is distinct from ${followed} or ${followed}::text is null) order by id`;
  return rows.map(({ on, number, nel, ...row }) => ({ ...row, mainChainId: on, number: BigInt(number), amountNel: BigInt(nel) }));
}

/**
 * Ends one: as paid, out of what the treasury had there, which lies in `suspense` since; or given back. False where it was over already.
 * @param day on which it is posted
 */
export async function endLeft(sql: Sql, id: string, { isPaid, day }: { isPaid: boolean; day: number }): Promise<boolean> {
  return sql.begin(async (tx) => {
    await lockBalances(tx);
    const [asked] = await tx<Asked[]>`
      select id::text, member, amount_nel::text from books.withdrawal where id = ${id}::int8 and state = 'taken' for update`;
    if (!asked) return false;
    if (!isPaid) {
      await giveBack(tx, asked, { day, why: 'not paid on the main chain that was left' });
      return true;
    }
    const posting = { journal: `paid-elsewhere:${id}`, day, from: 'suspense', to: TRANSIT };
    await move(tx, { ...posting, amountNel: BigInt(asked.amount_nel) });
    await tx`update books.withdrawal set state = 'paid', waiting = null, done_at = now() where id = ${id}::int8`;
    return true;
  }) as Promise<boolean>;
}

export interface Deciding {
  /** the number of the last payout to that account, as the chain proves it */
  last: () => Promise<{ height: number; number: bigint }>;
  /** so many blocks what was signed may still be taken into one */
  lifeBlocks: number;
  /** milliseconds */
  everyMs: number;
  signal: AbortSignal;
}

/**
 * Whether a payout was paid on a chain where nobody signs any more. What was signed before and is on its way is waited for: that it was not
 * paid is certain once no block can take it. @throws what `signal` says where the chain does not come that far
 */
export async function wasPaid(number: bigint, { last, lifeBlocks, everyMs, signal }: Deciding): Promise<boolean> {
  const first = await last();
  for (let now = first; now.number < number; now = await last()) {
    if (now.height > first.height + lifeBlocks) return false;
    await sleep(everyMs, signal);
    signal.throwIfAborted();
  }
  return true;
}
