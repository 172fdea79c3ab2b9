/** How far the replayed days are, as the database tells, until every one of them has its released book. */
import { replayProgress } from '../../node/books/overview.ts';
import { connect, isRetryable } from '../../node/db/index.ts';
import { sleep } from '../../node/shared/wait.ts';
import type { Display } from './display.ts';

/** Shows progress until all `days` from `firstDay` on are released, with the state proofs that an export needs. */
export async function followReplay(o: {
  databaseUrl: string;
  firstDay: number;
  days: number;
  meters: number;
  display: Display;
  signal: AbortSignal;
}): Promise<void> {
  const sql = connect({ url: o.databaseUrl, max: 1, application: 'electra up' });
  const proofs = o.days * (o.meters + 1);
  try {
    while (!o.signal.aborted) {
      try {
        const c = await replayProgress(sql, o.firstDay, o.firstDay + o.days - 1);
        o.display.progress('day statements opened', c.statements, o.days * o.meters);
        o.display.progress('days frozen on the chain', c.frozen, o.days);
        o.display.progress('bills and prices proven', c.proofs, proofs);
        o.display.progress('books audited and anchored', c.released, o.days);
        if (c.released === o.days) o.display.progress('days proven from the chain’s state', c.evidence, o.days);
        if (c.released === o.days && c.evidence === o.days) return;
      } catch (error) {
        if (!isRetryable(error)) throw error;
      }
      await sleep(250, o.signal);
    }
  } finally {
    o.display.endProgress();
    await sql.end({ timeout: 1 });
  }
}
