/** What an address wants to be told of, and what of it there is. Every statement names the owner, besides the policies of the tables. */
import type { Transaction } from '../pool.ts';

export interface WishRow {
  kinds: string[];
  since: Date;
}

export async function readWish(tx: Transaction, owner: string): Promise<WishRow | null> {
  const [row] = await tx.query<WishRow>((sql) => sql`select kinds, since from access.notice where address = ${owner}`);
  return row ?? null;
}

export async function writeWish(tx: Transaction, owner: string, kinds: readonly string[]): Promise<void> {
  if (kinds.length === 0) await tx.query((sql) => sql`delete from access.notice where address = ${owner}`);
  else
    await tx.query(
      (sql) => sql`
      insert into access.notice (address, kinds) values (${owner}, ${[...kinds]}::text[])
      on conflict (address) do update set kinds = excluded.kinds, since = now()`,
    );
}

/** @returns false: nothing was chosen */
export async function seeUntil(tx: Transaction, owner: string, until: Date): Promise<boolean> {
  const seen = await tx.query(
    (sql) => sql`
    update access.notice set since = greatest(since, least(${until}, now())) where address = ${owner} returning 1`,
  );
  return seen.length > 0;
}

export interface NewsRow {
  kind: string;
  at: Date;
  meter: string | null;
  day: number | null;
  month: string | null;
}

interface Wanted extends WishRow {
  days: number;
  limit: number;
}

/** Newest first. Times are cut to what an answer shows of them: who has seen that has seen it. */
export const readNews = (tx: Transaction, owner: string, { kinds, since, days, limit }: Wanted): Promise<NewsRow[]> =>
  tx.query<NewsRow>(
    (sql) => sql`
    with happened as (
      select case when e.version = 1 then 'BILL' else 'CORRECTION' end as kind, d.released_at as exactly, e.meter, e.day, null as month
      from books.day d join books.entry e using (day, version) where d.state = 'released' and e.member = ${owner}
      union all
      select 'INVOICE', issued_at, null, null, month from books.invoice where member = ${owner}
      union all
      select 'PASSKEY', created_at, null, null, null from access.credential where address = ${owner}
      union all
      select 'DAY', released_at, null, day, null from books.day where state = 'released' and version = 1)
    select kind, date_trunc('milliseconds', exactly) as at, meter, day, month from happened
    where kind = any(${kinds}::text[]) and exactly > now() - ${days} * interval '1 day'
      and date_trunc('milliseconds', exactly) > date_trunc('milliseconds', ${since}::timestamptz)
    order by exactly desc, day desc, meter limit ${limit}`,
  );
