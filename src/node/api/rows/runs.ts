/** Runs of days without a valid statement that are not closed, of own meters or, for the operator, of all. */
import type { LinkedDay, OpenSpan, Source } from '../../../protocol/index.ts';
import { dayToDate, fieldFromBytes, openRuns } from '../../../protocol/index.ts';
import type { Transaction } from '../pool.ts';
import { readEndings } from './chain.ts';

export interface RunRow extends OpenSpan {
  meter: string;
}

interface RunDayRow {
  meter: string;
  day: number;
  version: number;
  source: Source;
  link_open: string;
  link_close: string;
}

const dayOf = (row: RunDayRow): LinkedDay => ({
  day: row.day,
  version: row.version,
  source: row.source,
  L0: BigInt(row.link_open),
  L1: BigInt(row.link_close),
});

/** Of these meters, or of all that the viewer may see; newest first. */
export async function readOpenRuns(tx: Transaction, ids?: readonly string[]): Promise<RunRow[]> {
  const rows = await tx.query<RunDayRow>(
    (sql) => sql`
    select meter, day, version, source, link_open, link_close from access.run_day
    ${ids ? sql`where meter = any(${[...ids]}::text[])` : sql``} order by meter, day`,
  );
  const meters = [...new Set(rows.map(({ meter }) => meter))];
  if (meters.length === 0) return [];
  const [params] = await tx.query<{ link_due_s: string; anchor_due_s: string }>(
    (sql) => sql`select link_due_s, anchor_due_s from access.run_due()`,
  );
  const due = { linkDueS: Number(params.link_due_s), anchorDueS: Number(params.anchor_due_s) };
  const runs = (await readEndings(tx, meters)).flatMap(({ meter, last_day: lastDay, link }) => {
    const days = rows.filter((row) => row.meter === meter).map(dayOf);
    const ending = { lastDay, finalReading: link && fieldFromBytes(link, 'link') };
    return openRuns(days, ending, due, dayToDate).map((run): RunRow => ({ meter, ...run }));
  });
  return runs.sort((a, b) => b.firstDay - a.firstDay || (a.meter < b.meter ? 1 : -1));
}
