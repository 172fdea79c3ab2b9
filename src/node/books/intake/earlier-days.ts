/**
 * What the index has of earlier days for the choice of a copy: their rosters' commitments, and whom the chain disputes
 * (src/protocol/day/copied-day.ts).
 */
import type { EarlierDay, EarlierDays } from '../../../protocol/index.ts';
import { commitmentsOf, decodeRoster } from '../../../protocol/index.ts';
import type { Db } from './chain-view.ts';

interface Row {
  day: number;
  encoded: Buffer;
  disputed: string[];
}

/**
 * The days `from` … `to` as of block `upTo`. `settled`: only those whose book is anchored, or of which there is no roster: nothing about
 * them can change any more. Others are undefined, as if nobody had looked.
 */
export async function earlierDaysOf(
  sql: Db,
  { from, to, upTo, settled }: { from: number; to: number; upTo: number; settled: boolean },
): Promise<EarlierDays> {
  const rows = await sql<(Row & { anchored: boolean })[]>`
    select r.day, r.encoded, array(select meter from chain.dispute d where d.day = r.day and d.height <= ${upTo}) as disputed,
      exists (select from chain.anchor a where a.day = r.day and a.version = 1 and a.height <= ${upTo}) as anchored
    from chain.roster r where not r.late and r.height <= ${upTo} and r.day between ${from} and ${to}`;
  const known = new Map(
    rows.map(({ day, encoded, disputed, anchored }): [number, EarlierDay | undefined] => [
      day,
      anchored || !settled ? { commitments: commitmentsOf(decodeRoster(encoded)), disputed: new Set(disputed) } : undefined,
    ]),
  );
  return (day) => (day < from || day > to ? undefined : known.has(day) ? known.get(day) : null);
}

/** The roster of an earlier day and its disputes, as a draft says them. */
export async function earlierSaid(sql: Db, day: number, upTo: number): Promise<{ roster: Uint8Array | null; disputed: string[] }> {
  const [row] = await sql<Row[]>`
    select day, encoded, array(select meter from chain.dispute d where d.day = r.day and d.height <= ${upTo} order by meter) as disputed
    from chain.roster r where not late and height <= ${upTo} and day = ${day}`;
  return row ? { roster: row.encoded, disputed: row.disputed } : { roster: null, disputed: [] };
}
