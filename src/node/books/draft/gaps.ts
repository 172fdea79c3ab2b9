/**
 * Runs: a meter's consecutive days without a valid statement, between two midnights at which its registers are known. What a run is booked
 * by in the end is telescope.ts'; here is when it is known: every day of the run is settled (its late roster is frozen, and what was signed
 * late is booked or disputed) and a metered day follows. A run that nothing follows yet keeps its values; its registers move where the day
 * before it was corrected, but only once the open link is about to become a failure, because the meter may still come back.
 */
import type { Registers } from '../../../protocol/day/spread.ts';
import { isPlausible, moveTo, telescope } from '../../../protocol/day/spread.ts';
import type { DayValues } from '../../../protocol/index.ts';
import { DAY_S } from '../../../protocol/index.ts';
import type { Tx } from '../../db/index.ts';
import { settledDays } from '../intake/chain-view.ts';
import type { MeterDay } from './sources.ts';

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
  // What a run is booked by now is the newest entry at all: a correction not yet released is not drafted a second time.
  const rows = await tx<Row[]>`
    select day, first.import_wh, first.export_wh, first.import_start_wh, first.export_start_wh,
      latest.import_wh as l_import_wh, latest.export_wh as l_export_wh,
      latest.import_start_wh as l_import_start_wh, latest.export_start_wh as l_export_start_wh,
      exists (select from ${settledDays(tx, upTo)} s where s.meter = first.meter and s.day = first.day) as settled
    from books.entry first join books.latest_entry latest using (day, meter)
    where first.version = 1 and meter = ${meter} and day >= ${lastKnown?.day ?? 0} and day < ${nextKnown?.day ?? 2 ** 31 - 1}
    order by day`;
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
