// One day, one writer: an advisory lock until the end of the transaction.
import type { Tx } from '../db/index.ts';

export async function lockDay(tx: Tx, day: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('electra.books.day'), ${day}::int4)`;
}
