/**
 * Runs of days without a valid statement that are not closed (protocol §9.3), as the released books have them: what every audit names, with
 * the moment from which on it fails for them.
 */
import type { LinkedDay, OpenSpan, Source } from '../../protocol/index.ts';
import { dayToDate, fieldFromBytes, openRuns } from '../../protocol/index.ts';
import type { Sql } from '../db/index.ts';
import { chainHead } from '../db/index.ts';
import { finalReadings, genesisOf, isSharedChain, meters } from './intake/chain-view.ts';

export interface OpenRun extends OpenSpan {
  meter: string;
  /** in the operator's list */
  name: string | null;
}

interface Row {
  meter: string;
  day: number;
  version: number;
  source: Source;
  link_open: string;
  link_close: string;
}

/** The soonest due first. */
export async function openRunsOf(sql: Sql): Promise<OpenRun[]> {
  const head = await chainHead(sql);
  if (!head || (await isSharedChain(sql))) return []; // where communities share, silence is absence and nothing runs on
  const rows = await sql<Row[]>`
    select meter, day, version, r.source, e.link_open, e.link_close
    from books.released_entry r join books.entry e using (meter, day, version)
    where exists (select from books.entry u where u.version = 1 and u.source <> 'metered' and u.meter = r.meter
      and u.day between r.day - 1 and r.day + 1)
    order by meter, day`;
  const endings = await sql<{ meter: string; name: string | null; last_day: number | null; link: Buffer | null }[]>`
    select m.meter, b.name, m.last_day, f.link
    from ${meters(sql)} m left join ${finalReadings(sql, head.height)} f using (meter) left join books.member b on b.address = m.member`;
  const { params } = await genesisOf(sql);
  const runs = endings.flatMap(({ meter, name, last_day: lastDay, link }) => {
    const days = rows
      .filter((row) => row.meter === meter)
      .map(({ link_open, link_close, ...day }): LinkedDay => ({ ...day, L0: BigInt(link_open), L1: BigInt(link_close) }));
    const ending = { lastDay, finalReading: link && fieldFromBytes(link, 'final_reading.link') };
    return openRuns(days, ending, params, dayToDate).map((run): OpenRun => ({ meter, name, ...run }));
  });
  return runs.sort((a, b) => a.dueUnixS - b.dueUnixS);
}
