/**
 * What the index has of earlier days for the choice of a copy: their rosters' commitments, whom the chain disputes, and whether it has
 * verified their books (src/protocol/day/copied-day.ts).
 */
import type { EarlierDay, EarlierDays, EarlierSaid } from '../../../protocol/index.ts';
import { commitmentsOf, decodeRoster } from '../../../protocol/index.ts';
import { type Db, provenBooks } from './chain-view.ts';

interface Row {
  day: number;
  encoded: Buffer;
  unix_s: string;
  proven: boolean;
  disputed: string[];
}

const ROW = (sql: Db, upTo: number) => sql`
  r.day, r.encoded, r.unix_s, exists (select from ${provenBooks(sql, upTo)} p where p.day = r.day and p.version = 1) as proven,
  array(select meter from chain.dispute d where d.day = r.day and d.height <= ${upTo} order by meter) as disputed`;

/**
 * The days `from` … `to` as of block `upTo`. `settled`: only those whose book is anchored, or of which there is no roster: nothing about
 * them can change any more. Others are undefined, as if nobody had looked.
 */
export async function earlierDaysOf(
  sql: Db,
  { from, to, upTo, settled }: { from: number; to: number; upTo: number; settled: boolean },
): Promise<EarlierDays> {
  const rows = await sql<(Row & { anchored: boolean })[]>`
    select ${ROW(sql, upTo)},
      exists (select from chain.anchor a where a.day = r.day and a.version = 1 and a.height <= ${upTo}) as anchored
    from chain.roster r where not r.late and r.height <= ${upTo} and r.day between ${from} and ${to}`;
  const known = new Map(
    rows.map(({ day, encoded, unix_s, proven, disputed, anchored }): [number, EarlierDay | undefined] => [
      day,
      anchored || !settled
        ? { commitments: commitmentsOf(decodeRoster(encoded)), disputed: new Set(disputed), frozenUnixS: Number(unix_s), proven }
        : undefined,
    ]),
  );
  return (day) => (day < from || day > to ? undefined : known.has(day) ? known.get(day) : null);
}

/** An earlier day as a draft says it. */
export async function earlierSaid(sql: Db, day: number, upTo: number): Promise<EarlierSaid> {
  const [row] = await sql<Row[]>`
    select ${ROW(sql, upTo)} from chain.roster r where not r.late and r.height <= ${upTo} and r.day = ${day}`;
  return row
    ? { roster: row.encoded, frozenUnixS: Number(row.unix_s), proven: row.proven, disputed: row.disputed }
    : { roster: null, frozenUnixS: 0, proven: false, disputed: [] };
}
