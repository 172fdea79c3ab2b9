/**
 * Runs: a meter's consecutive days without a valid statement, between two midnights at which its registers are known. What a run is booked by in the end
 * is telescope.ts'; here is when it is known: every day of the run is settled (its late roster is frozen, and what was signed late is booked or disputed)
 * and a metered day follows. A run that nothing follows yet keeps its values; its registers move where the day before it was corrected, but only once the open
 * link is about to become a failure, because the meter may still come back.
 */
import type { Tx } from '../../db/index.ts';
import { DAY_S } from '../../../protocol/index.ts';
import type { DayValues } from '../../../protocol/index.ts';
import type { MeterDay } from './sources.ts';
import { isPlausible, moveTo, telescope } from '../../../protocol/day/spread.ts';
import type { Registers } from '../../../protocol/day/spread.ts';

/** `first`: as version 1 booked the day; `latest`: as it is booked now. */
export interface RunDay {
  day: number;
  settled: boolean;
  first: DayValues;
  latest: DayValues;
}
export interface Run {
  days: RunDay[];
  opening: Registers | undefined;
  closing: Registers | undefined;
  maxWhPerSlot: number;
}

interface Row {
  day: number;
  settled: boolean;
  import_wh: number[];
  export_wh: number[];
  import_start_wh: bigint;
  export_start_wh: bigint;
  l_import_wh: number[];
  l_export_wh: number[];
  l_import_start_wh: bigint;
  l_export_start_wh: bigint;
}

/** The run that a meter's day lies in; the day itself is not metered. Only rows of the index up to `upTo` count. */
export async function readRun(tx: Tx, { meter, maxWhPerSlot, lastKnown, nextKnown }: MeterDay, upTo: number): Promise<Run> {
  const rows = await tx<Row[]>`
    select f.day, f.import_wh, f.export_wh, f.import_start_wh, f.export_start_wh,
      l.import_wh as l_import_wh, l.export_wh as l_export_wh, l.import_start_wh as l_import_start_wh, l.export_start_wh as l_export_start_wh,
      exists (select from chain.roster r where r.day = f.day and r.late and r.height <= ${upTo} and (
        not exists (select from chain.sealed_statement s where s.meter = f.meter and s.day = f.day and s.height <= r.height)
        or exists (select from chain.dispute d where d.meter = f.meter and d.day = f.day and d.height <= ${upTo}))) as settled
    from books.entry f
    join lateral (select * from books.entry where meter = f.meter and day = f.day order by version desc limit 1) l on true
    where f.meter = ${meter} and f.version = 1 and f.day >= ${lastKnown?.day ?? 0} and f.day < ${nextKnown?.day ?? 2 ** 31 - 1}
    order by f.day`;
  const days = rows.map(
    (row): RunDay => ({
      day: row.day,
      settled: row.settled,
      first: { importStartWh: row.import_start_wh, exportStartWh: row.export_start_wh, importWh: row.import_wh, exportWh: row.export_wh },
      latest: {
        importStartWh: row.l_import_start_wh,
        exportStartWh: row.l_export_start_wh,
        importWh: row.l_import_wh,
        exportWh: row.l_export_wh,
      },
    }),
  );
  return { days, opening: lastKnown, closing: nextKnown, maxWhPerSlot };
}

/** An open link is closed by moving registers when this much of its time (linkDue) is over. */
const PATIENCE = 0.75;

/** What a day of a run is to be booked by now, where that differs from how it is booked; null where it stays. `nowUnixS`: chain time. */
export function correctedDay(
  { days, opening, closing, maxWhPerSlot }: Run,
  day: number,
  { nowUnixS, linkDueS }: { nowUnixS: number; linkDueS: number },
): DayValues | null {
  const at = days.findIndex((entry) => entry.day === day);
  if (at < 0) return null;
  const first = days.map((entry) => entry.first);
  let wanted: DayValues | undefined;
  if (closing && days.every(({ settled }) => settled) && inReach(opening, closing, first, maxWhPerSlot))
    wanted = telescope(first, opening, closing, maxWhPerSlot)[at];
  else if (opening && days[at].settled && nowUnixS >= day * DAY_S + Math.floor(linkDueS * PATIENCE)) wanted = moveTo(opening, first)[at];
  return wanted && !equal(wanted, days[at].latest) ? wanted : null;
}

// Drafts and late statements are held to the same bound (sources.ts); this is the second lock on that door.
function inReach(opening: Registers | undefined, closing: Registers, days: readonly DayValues[], maxWh: number): boolean {
  const slots = days.reduce((sum, { importWh }) => sum + importWh.length, 0);
  return (
    !opening ||
    (isPlausible(opening.importWh, closing.importWh, slots, maxWh) && isPlausible(opening.exportWh, closing.exportWh, slots, maxWh))
  );
}

const equal = (a: DayValues, b: DayValues): boolean =>
  a.importStartWh === b.importStartWh &&
  a.exportStartWh === b.exportStartWh &&
  a.importWh.every((wh, i) => wh === b.importWh[i]) &&
  a.exportWh.every((wh, i) => wh === b.exportWh[i]);
