/** How far the replayed days are, as the database tells, until every one of them has its released book. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, isRetryable, type Sql } from '../../node/db/index.ts';
import type { Display } from './display.ts';

interface Counts {
  height: number;
  statements: number;
  frozen: number;
  proofs: number;
  waiting: number;
  released: number;
  evidence: number;
}

async function count(sql: Sql, firstDay: number, days: number): Promise<Counts> {
  const lastDay = firstDay + days - 1;
  const [row] = await sql<Counts[]>`
    select coalesce((select height from chain.cursor), 0)::int4 as height,
      (select count(*) from books.statement where day between ${firstDay} and ${lastDay})::int4 as statements,
      (select count(*) from chain.roster where not late and day between ${firstDay} and ${lastDay})::int4 as frozen,
      (select count(*) from prove.proof p join books.day d using (day, version, book_hash) where p.version = 1 and day between ${firstDay} and ${lastDay})::int4 as proofs,
      (select count(*) from prove.input where version = 1 and day between ${firstDay} and ${lastDay})::int4 as waiting,
      (select count(*) from books.day where version = 1 and state = 'released' and day between ${firstDay} and ${lastDay})::int4 as released,
      (select count(*) from chain.evidence where day between ${firstDay} and ${lastDay})::int4 as evidence`;
  return row;
}

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
        const c = await count(sql, o.firstDay, o.days);
        o.display.progress('day statements opened', c.statements, o.days * o.meters);
        o.display.progress('days frozen on the chain', c.frozen, o.days);
        o.display.progress('bills and prices proven', c.proofs, proofs);
        o.display.progress('books audited and anchored', c.released, o.days);
        if (c.released === o.days) o.display.progress('days proven from the chain’s state', c.evidence, o.days);
        if (c.released === o.days && c.evidence === o.days) return;
      } catch (error) {
        if (!isRetryable(error)) throw error;
      }
      await sleep(250, undefined, { signal: o.signal }).catch(() => {});
    }
  } finally {
    o.display.endProgress();
    await sql.end({ timeout: 1 });
  }
}
