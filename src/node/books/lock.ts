/**
 * One day, one writer: an advisory lock until the end of the transaction. Whoever drafts also reads the days beside it, which a correction
 * may just be changing: so drafts, of days and of corrections, come one after the other. Always the day first, then its neighbours.
 */
import type { Tx } from '../db/index.ts';

export async function lockDay(tx: Tx, day: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('electra.books.day'), ${day}::int4)`;
}

export async function lockNeighbours(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('electra.books.drafting'), 0)`;
}
