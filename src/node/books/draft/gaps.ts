/**
 * Runs: a meter's consecutive days that are not metered, between two midnights at which its registers are known. A run is corrected as
 * one thing, every day of it, once nothing can change any more: the late rosters of all its days are frozen, all that was signed late for
 * them, by any meter, is booked, disputed or lost (outbox.ts), and a metered day follows, or the meter's service ended with it and the
 * chain holds a final reading of its registers. So each of its days is corrected once, after the version that bills late statements, and
 * all of them together. A run that nothing follows stays as version 1 has it, registers and all.
 *
 * What a run is booked by is spread.ts'. Where it begins with the meter's service nobody knows what the registers held: its days are zero
 * days and stay so, at the registers and the link where the run ends. One beside a void day stays as it was booked.
 */
import type { Registers } from '../../../protocol/day/spread.ts';
import { isPlausible, telescope } from '../../../protocol/day/spread.ts';
import type { DayValues, End, LinkedDay, Run } from '../../../protocol/index.ts';
import { fieldFromBytes, isClosed, runsOf } from '../../../protocol/index.ts';
import type { ChainHead, Tx } from '../../db/index.ts';
import { finalReadings, settledDays, voidDays } from '../intake/chain-view.ts';
import { lostDays } from '../outbox.ts';
import type { Known, MeterDay } from './sources.ts';

/** `first`: as version 1 booked the day; version, source and links are those that it is booked by now. */
export interface RunDay extends LinkedDay {
  /** nothing of this day is left to be judged, of no meter */
  settled: boolean;
  first: DayValues;
}
/**
 * A run, with what is known beside it: metered days, or at its end the final reading, whose commitment is `end`. `opening`: undefined where
 * it begins with the meter's service.
 */
export interface KnownRun extends Run<RunDay> {
  opening: Known | undefined;
  closing: Known | undefined;
  end: End;
  maxWhPerSlot: number;
}

interface Row {
  day: number;
  version: number;
  source: LinkedDay['source'];
  link_open: string;
  link_close: string;
  settled: boolean;
  import_wh: number[];
  export_wh: number[];
  import_start_wh: bigint;
  export_start_wh: bigint;
}

/** The run that a meter's day lies in; the day itself is not metered. Only rows of the index up to `upTo` count. */
export async function readRun(
  tx: Tx,
  { meter, day, maxWhPerSlot, lastKnown, nextKnown }: MeterDay,
  head: Pick<ChainHead, 'height' | 'chainUnixS'>,
): Promise<KnownRun | undefined> {
  const upTo = head.height;
  // What a run is booked by now is the newest entry at all: a correction not yet released is not drafted a second time.
  const rows = await tx<Row[]>`
    select day, latest.version, latest.source, latest.link_open, latest.link_close,
      first.import_wh, first.export_wh, first.import_start_wh, first.export_start_wh,
      not exists (
        select from books.unmetered_entry u where u.day = first.day
          and not exists (select from ${settledDays(tx, upTo)} s where s.meter = u.meter and s.day = u.day)
          and not exists (select from ${lostDays(tx)} l where l.meter = u.meter and l.day = u.day)) as settled
    from books.entry first join books.latest_entry latest using (day, meter)
    where first.version = 1 and meter = ${meter}
      and day >= ${(lastKnown?.day ?? 1) - 1} and day <= ${nextKnown?.day ?? 2 ** 31 - 1}
    order by day`;
  const run = runsOf(rows.map(runDayOf)).find(({ days }) => days.some((one) => one.day === day));
  if (!run || (await touchesVoid(tx, run, head))) return undefined;
  const reading = nextKnown ? undefined : await readFinalReading(tx, meter, run.days.at(-1)!.day, upTo);
  return { ...run, opening: lastKnown, closing: nextKnown ?? reading?.closing, end: reading?.link ?? null, maxWhPerSlot };
}

/** Whether a day of a run, or beside it, is void: what its book says of registers counts for nothing, so nothing closes the run. */
async function touchesVoid(tx: Tx, { days }: Run<RunDay>, head: Pick<ChainHead, 'height' | 'chainUnixS'>): Promise<boolean> {
  const [first, last] = [days[0].day, days.at(-1)!.day];
  const found = await tx`select from ${voidDays(tx, head)} v where v.day between ${first - 1} and ${last + 1} limit 1`;
  return found.length > 0;
}

/** The final reading that the chain holds of a meter whose last day this is, and that the node can open. */
async function readFinalReading(tx: Tx, meter: string, day: number, upTo: number): Promise<{ link: bigint; closing: Known } | undefined> {
  const [row] = await tx<{ link: Buffer; import_wh: bigint; export_wh: bigint }[]>`
    select known.link, known.import_wh, known.export_wh
    from books.final_reading known join ${finalReadings(tx, upTo)} said using (meter, link)
    where meter = ${meter} and said.day = ${day}`;
  return (
    row && {
      link: fieldFromBytes(row.link, 'final_reading.link'),
      closing: { day: day + 1, importWh: row.import_wh, exportWh: row.export_wh },
    }
  );
}

const runDayOf = (row: Row): RunDay => ({
  day: row.day,
  version: row.version,
  source: row.source,
  L0: BigInt(row.link_open),
  L1: BigInt(row.link_close),
  settled: row.settled,
  first: { importStartWh: row.import_start_wh, exportStartWh: row.export_start_wh, importWh: row.import_wh, exportWh: row.export_wh },
});

/** What a day of a run is to be booked by in a correction; null where there is none, or not yet. */
export function correctedDay(run: KnownRun, day: number): DayValues | null {
  const { days, opening, closing, end, maxWhPerSlot } = run;
  const at = days.findIndex((entry) => entry.day === day);
  if (at < 0 || !closing || !days.every(({ settled }) => settled)) return null;
  // The days of a run are corrected all or none; one that is corrected is so for good.
  if (days[at].version > 1 || (isClosed(run, end) && days.every(({ version }) => version === 1))) return null;
  const first = days.map((entry) => entry.first);
  return inReach(opening, closing, first, maxWhPerSlot) ? telescope(first, opening, closing, maxWhPerSlot)[at] : null;
}

// Drafts and late statements are held to the same bound (sources.ts); this is the second lock on that door.
function inReach(opening: Registers | undefined, closing: Registers, days: readonly DayValues[], maxWh: number): boolean {
  const slots = days.reduce((sum, { importWh }) => sum + importWh.length, 0);
  return (
    !opening ||
    (isPlausible(opening.importWh, closing.importWh, slots, maxWh) && isPlausible(opening.exportWh, closing.exportWh, slots, maxWh))
  );
}
