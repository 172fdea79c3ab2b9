/**
 * Which days a bundle needs besides those asked for, because of runs. A corrected run is judged as one thing (protocol §9.2), from the
 * metered day before it on. So where a day of the bundle is of one that began earlier, all its days before come too. What comes after is
 * not needed: a run that goes on beyond the bundle is open there, and named.
 */
import type { Db } from '../intake/chain-view.ts';
import { finalReadings } from '../intake/chain-view.ts';

/** The days, with those of corrected runs that reach into them. */
export async function withWholeRuns(sql: Db, days: ReadonlySet<number>): Promise<Set<number>> {
  const all = new Set(days);
  for (let news = [...all]; news.length > 0; ) {
    const rows = await sql<{ day: number }[]>`
      select distinct of_run.day
      from books.released_source one join books.released_source of_run using (meter)
      where one.day = any(${news}) and one.version > 1 and one.source <> 'metered'
        and of_run.day < one.day and of_run.source <> 'metered' and not exists (
          select from books.released_source signed
          where signed.meter = one.meter and signed.source = 'metered' and signed.day between of_run.day and one.day)`;
    news = rows.map(({ day }) => day).filter((day) => !all.has(day));
    for (const day of news) all.add(day);
  }
  return all;
}

/** A meter's days that an earlier audit saw without a valid statement, and did not see closed. */
export interface OpenRun {
  meter: string;
  firstDay: number;
  lastDay: number;
}

/**
 * Days of such runs that have an end by now: shown again, they may turn out to be closed. Where the run was corrected, the chain's log
 * names them too; where its links fit as they were, as after days without any use, nothing else does.
 */
export async function daysOfEndedRuns(sql: Db, runs: readonly OpenRun[], upTo: number): Promise<number[]> {
  const days = await Promise.all(
    runs.map(async ({ meter, firstDay, lastDay }) => {
      const ended = await sql`
        select from books.released_source where meter = ${meter} and day > ${lastDay} and source = 'metered'
        union all select from ${finalReadings(sql, upTo)} f where meter = ${meter} limit 1`;
      return ended.length === 0 ? [] : Array.from({ length: lastDay - firstDay + 2 }, (_, i) => firstDay + i);
    }),
  );
  return days.flat();
}
