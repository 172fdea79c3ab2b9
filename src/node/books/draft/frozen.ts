/**
 * What drafting a frozen day is, whoever its members are: one transaction, under the day's lock, from "frozen" to "drafted" or to a word
 * for the operator of what it waits for. What is drafted is ./draft.ts' matter, and ../shared/draft.ts'.
 */
import { overTariff, type Tariff } from '../../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import { slotPricesOf, tariffOf } from '../intake/chain-view.ts';
import { lockDay } from '../lock.ts';
import { askDispute } from '../outbox.ts';

export type DraftResult = { state: 'drafted'; hash: string } | { state: 'waiting'; why: string } | { state: 'unchanged' };

/**
 * `unchanged`: the day is not in state frozen, or was void at its freeze. `draft`: stores the book and says its hash, or what is in the
 * way.
 */
export async function draftFrozen(
  sql: Sql,
  day: number,
  draft: (tx: Tx, head: ChainHead) => Promise<{ hash: string } | { why: string }>,
  alsoLock: (tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<DraftResult> {
  return sql.begin(async (tx) => {
    await lockDay(tx, day);
    const [row] = await tx<{ state: string; blocked_by: string | null }[]>`
      select state, blocked_by from books.day where day = ${day} and version = 1`;
    if (row?.state !== 'frozen' || row.blocked_by === 'void') return { state: 'unchanged' } as const;
    await alsoLock(tx);
    const made = await draft(tx, (await chainHead(tx))!);
    if ('hash' in made) return { state: 'drafted', hash: made.hash } as const;
    await tx`
      update books.day set waiting = ${made.why}, updated_at = now()
      where day = ${day} and version = 1 and waiting is distinct from ${made.why}`;
    return { state: 'waiting', why: made.why } as const;
  }) as Promise<DraftResult>;
}

/** The day's tariff with the prices of slots over it. */
export async function pricesInForce(tx: Tx, day: number, { height }: ChainHead): Promise<{ tariffId: string; tariff: Tariff }> {
  const set = await tariffOf(tx, day, height);
  return { tariffId: set.id, tariff: overTariff(set, day, await slotPricesOf(tx, day, height)) };
}

/** Asks for disputes, if there are any; then the draft waits until the chain has them, and this is why. */
export async function disputesFirst(
  tx: Tx,
  day: number,
  disputes: readonly { meter: string; reason: string }[],
): Promise<{ why: string } | null> {
  for (const { meter, reason } of disputes) await askDispute(tx, { meter, day, reason });
  return disputes.length === 0 ? null : { why: `${disputes.length} dispute(s) not on the chain yet` };
}
