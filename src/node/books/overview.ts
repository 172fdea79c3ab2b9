/** How things stand, for a person who looks: `electra doctor`, and the progress of a demonstration's replay. Nothing is decided by it. */
import type { Sql } from '../db/index.ts';
import { daysWithProofs } from './intake/chain-proofs.ts';
import { disputesSince, frozenRosters, operatorOf, waitingChanges, waitingRotation } from './intake/chain-view.ts';

/** The newest days, frozen or booked, newest first; `state` null where a frozen day has no book yet. */
export const newestDays = (sql: Sql, limit: number): Promise<{ day: number; state: string | null }[]> => sql<
  { day: number; state: string | null }[]
>`
  select coalesce(d.day, r.day) as day, d.state
  from ${frozenRosters(sql, { late: false })} r full join (select day, state from books.day where version = 1) d on d.day = r.day
  order by 1 desc limit ${limit}`;

/** How many days are released, and which of them cannot be exported yet, because the index has no state proofs of them. */
export async function releasedDays(sql: Sql): Promise<{ days: number; unproven: number[] }> {
  const released = await sql<{ day: number }[]>`select day from books.day where version = 1 and state = 'released' order by day`;
  const proven = new Set(await daysWithProofs(sql));
  return { days: released.length, unproven: released.map(({ day }) => day).filter((day) => !proven.has(day)) };
}

/** Books that the chain did not take when they were sent to be proven, with its words, and those under way. */
export const unprovenBooks = (sql: Sql): Promise<{ day: number; version: number; error: string | null }[]> => sql<
  { day: number; version: number; error: string | null }[]
>`
  select split_part(id, ':', 2)::int4 as day, split_part(id, ':', 3)::int4 as version, error
  from books.outbox where id like 'prove:%' and done_at is null order by day, version`;

/** Whether the first books of all these days are released. */
export async function areReleased(sql: Sql, days: readonly number[]): Promise<boolean> {
  const rows = await sql`select from books.day where version = 1 and state = 'released' and day = any(${days as number[]})`;
  return rows.length === new Set(days).size;
}

/** Every change of the validators' power that waits, in words. */
export const queuedChanges = async (sql: Sql): Promise<string[]> =>
  (await waitingChanges(sql)).map(({ meter, ends, asked, dueUnixS, vetoedBy }) => {
    const what = ends ? 'is to lose its power' : 'is to have power';
    const vetoes = asked ? 'as it asked for itself' : `${vetoedBy.length} veto${vetoedBy.length === 1 ? '' : 'es'}`;
    return `${meter} ${what} from chain time ${new Date(dueUnixS * 1000).toISOString().slice(0, 16)}Z on (${vetoes})`;
  });

/** Who the operator is by the chain, and who is to be, in words. */
export async function operatorInWords(sql: Sql): Promise<{ address: string; words: string }> {
  const address = await operatorOf(sql);
  const next = await waitingRotation(sql);
  if (!next) return { address, words: `${address}, and nobody is to come after` };
  const vetoes = `${next.vetoedBy.length} veto${next.vetoedBy.length === 1 ? '' : 'es'}`;
  const due = new Date(next.dueUnixS * 1000).toISOString().slice(0, 16);
  return { address, words: `${address}; rotation ${next.n} to ${next.address} is queued until chain time ${due}Z (${vetoes})` };
}

export interface DisputedMeter {
  meter: string;
  /** in the operator's list */
  name: string | null;
  /** how many of its booked days in a row are disputed, the newest included */
  days: number;
  /** why the newest is */
  reason: string;
}

const LOOK_BACK_DAYS = 60;

/** Meters whose newest booked day is disputed: nothing is refused to them, so nobody else hears of it. The longest run first. */
export async function disputedMeters(sql: Sql): Promise<DisputedMeter[]> {
  const [{ newest }] = await sql<{ newest: number | null }[]>`select max(day) as newest from books.entry where version = 1`;
  if (newest === null) return [];
  const from = newest - LOOK_BACK_DAYS;
  const rows = await sql<{ meter: string; name: string | null; day: number; source: string; reason: string | null }[]>`
    select e.meter, m.name, e.day, e.source, d.reason
    from books.entry e
    left join books.member m on m.address = e.member
    left join ${disputesSince(sql, from)} d on d.meter = e.meter and d.day = e.day
    where e.version = 1 and e.day >= ${from}
    order by e.meter, e.day desc`;
  return [...Map.groupBy(rows, ({ meter }) => meter).values()]
    .map((days) => {
      const past = days.findIndex(({ source }) => source !== 'disputed');
      const { meter, name, reason } = days[0];
      return { meter, name, days: past < 0 ? days.length : past, reason: reason ?? 'not on the chain yet' };
    })
    .filter(({ days }) => days > 0)
    .sort((a, b) => b.days - a.days);
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
  const within = (days: readonly number[]): number => days.filter((day) => day >= firstDay && day <= lastDay).length;
  const [row] = await sql<Omit<ReplayProgress, 'evidence'>[]>`
    select
      (select count(*) from books.statement where day between ${firstDay} and ${lastDay})::int4 as statements,
      (select count(*) from ${frozenRosters(sql, { late: false })} r where day between ${firstDay} and ${lastDay})::int4 as frozen,
      (select count(*) from prove.proof p join books.day d using (day, version, book_hash)
        where p.version = 1 and day between ${firstDay} and ${lastDay})::int4 as proofs,
      (select count(*) from books.day
        where version = 1 and state = 'released' and day between ${firstDay} and ${lastDay})::int4 as released`;
  return { ...row, evidence: within(await daysWithProofs(sql)) };
}
