/** How things stand, for a person who looks: `electra doctor`, and the progress of a demonstration's replay. Nothing is decided by it. */
import type { Sql } from '../db/index.ts';

/** The newest days, frozen or booked, newest first; `state` null where a frozen day has no book yet. */
export const newestDays = (sql: Sql, limit: number): Promise<{ day: number; state: string | null }[]> => sql<
  { day: number; state: string | null }[]
>`
  select coalesce(d.day, r.day) as day, d.state
  from chain.roster r full join books.day d on d.day = r.day and d.version = 1
  where r.late is not true
  order by 1 desc limit ${limit}`;

/** How many days are released, and which of them cannot be exported yet, because the index has no state proofs of them. */
export async function releasedDays(sql: Sql): Promise<{ days: number; unproven: number[] }> {
  const [row] = await sql<{ days: number; unproven: number[] }[]>`
    select count(*)::int4 as days, coalesce(array_agg(d.day order by d.day) filter (where e.day is null), '{}') as unproven
    from books.day d left join chain.evidence e using (day)
    where d.version = 1 and d.state = 'released'`;
  return row;
}

/** How many boxes were refused, by reason. */
export const refusedBoxes = (sql: Sql): Promise<{ reason: string; boxes: number }[]> => sql<{ reason: string; boxes: number }[]>`
  select reason, count(*)::int4 as boxes
  from (
    select reason from books.statement where status = 'refused'
    union all
    select reason from books.report where status = 'refused'
  ) refused
  group by reason order by reason`;

export interface ReplayProgress {
  statements: number;
  frozen: number;
  proofs: number;
  released: number;
  evidence: number;
}

/** How far the days from `firstDay` to `lastDay` are. */
export async function replayProgress(sql: Sql, firstDay: number, lastDay: number): Promise<ReplayProgress> {
  const [row] = await sql<ReplayProgress[]>`
    select
      (select count(*) from books.statement where day between ${firstDay} and ${lastDay})::int4 as statements,
      (select count(*) from chain.roster where not late and day between ${firstDay} and ${lastDay})::int4 as frozen,
      (select count(*) from prove.proof p join books.day d using (day, version, book_hash)
        where p.version = 1 and day between ${firstDay} and ${lastDay})::int4 as proofs,
      (select count(*) from books.day where version = 1 and state = 'released' and day between ${firstDay} and ${lastDay})::int4 as released,
      (select count(*) from chain.evidence where day between ${firstDay} and ${lastDay})::int4 as evidence`;
  return row;
}
