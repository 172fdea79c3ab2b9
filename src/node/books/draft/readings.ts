/**
 * What a draft reads: each rostered meter's statement, its last booked day, its disputes; the days that substitutes copy; the
 * blindings of the register links, which are drawn once per meter and midnight so that one day's end is the next day's beginning.
 */
import type { Genesis } from '../../../protocol/genesis/index.ts';
import type { Copied, Source } from '../../../protocol/index.ts';
import type { BulkTable } from '../../db/bulk.ts';
import { insertRows } from '../../db/bulk.ts';
import type { ChainHead, Tx } from '../../db/index.ts';
import type { FrozenRoster } from '../intake/chain-view.ts';
import { chainDaysOf, finalReadings } from '../intake/chain-view.ts';
import type { Draws } from './randomness.ts';
import type { CopiedDay, MeterDay, Statement } from './sources.ts';

/** One record per rostered meter, in the roster's order. `roster`: the day's own, or its late one. */
export async function readMeterDays(tx: Tx, day: number, { roster }: FrozenRoster, upTo: number): Promise<MeterDay[]> {
  const meters = roster.meters.map(({ meter }) => meter);
  const said = await chainDaysOf(tx, day, meters, upTo);
  const statements = await readStatements(tx, day);
  const around = await readAround(tx, day, meters, upTo);
  return roster.meters.map(({ meter, commitment: rostered }, i): MeterDay => {
    const { member, maxWhPerSlot, commitment, disputed } = said[i];
    const opened = commitment === null ? undefined : statements.get(meter);
    const statement = opened && { ...opened, commitment: commitment! };
    return { meter, member, day, rostered, disputed, sealed: commitment !== null, statement, maxWhPerSlot, ...around.get(meter)! };
  });
}

interface StatementRow {
  meter: string;
  status: 'opened' | 'refused';
  reason: string | null;
  import_start_wh: bigint;
  export_start_wh: bigint;
  import_wh: number[];
  export_wh: number[];
  blinding: Buffer;
}

/** What became of the day's boxes, by meter. */
async function readStatements(tx: Tx, day: number): Promise<Map<string, Omit<Statement, 'commitment'>>> {
  const rows = await tx<StatementRow[]>`
    select meter, status, reason, import_start_wh, export_start_wh, import_wh, export_wh, blinding from books.statement where day = ${day}`;
  return new Map(
    rows.map((row) => [
      row.meter,
      {
        status: row.status,
        reason: row.reason,
        importStartWh: row.import_start_wh,
        exportStartWh: row.export_start_wh,
        importWh: row.import_wh,
        exportWh: row.export_wh,
        blinding: row.blinding,
      },
    ]),
  );
}

interface AroundRow {
  meter: string;
  before_day: number | null;
  before_source: Source;
  import_end_wh: bigint;
  export_end_wh: bigint;
  last_day: number | null;
  last_import_wh: bigint;
  last_export_wh: bigint;
  next_day: number | null;
  next_import_wh: bigint;
  next_export_wh: bigint;
  end_day: number | null;
  end_import_wh: bigint;
  end_export_wh: bigint;
}

/**
 * The booked days around a day, by meter: the last one before it, and the nearest metered ones on both sides, or the final reading that the
 * chain has by then. All by the newest version at all, drafts included: the links of this draft are to meet what the neighbour is booked by
 * now. Each is read in the index's order, so that it ends with the first.
 */
async function readAround(tx: Tx, day: number, meters: readonly string[], upTo: number): Promise<Map<string, Around>> {
  const rows = await tx<AroundRow[]>`
    select asked.meter,
      before.day as before_day, before.source as before_source, before.import_end_wh, before.export_end_wh,
      last.day + 1 as last_day, last.import_end_wh as last_import_wh, last.export_end_wh as last_export_wh,
      next.day as next_day, next.import_start_wh as next_import_wh, next.export_start_wh as next_export_wh,
      reading.day as end_day, reading.import_wh as end_import_wh, reading.export_wh as end_export_wh
    from unnest(${meters as string[]}::text[]) as asked(meter)
    left join lateral (
      select * from books.latest_entry where meter = asked.meter and day < ${day} order by day desc limit 1
    ) before on true
    left join lateral (
      select * from books.latest_entry where meter = asked.meter and day < ${day} and source = 'metered' order by day desc limit 1
    ) last on true
    left join lateral (
      select * from books.latest_entry where meter = asked.meter and day > ${day} and source = 'metered' order by day limit 1
    ) next on true
    left join lateral (
      select said.day + 1 as day, known.import_wh, known.export_wh
      from books.final_reading known join ${finalReadings(tx, upTo)} said using (meter, link)
      where meter = asked.meter and said.day >= ${day} and next.day is null
    ) reading on true`;
  return new Map(rows.map((row) => [row.meter, aroundOf(row)]));
}

type Around = Pick<MeterDay, 'before' | 'lastKnown' | 'nextKnown' | 'finalReading'>;

const aroundOf = (row: AroundRow): Around => ({
  before:
    row.before_day === null
      ? undefined
      : { day: row.before_day, source: row.before_source, importEndWh: row.import_end_wh, exportEndWh: row.export_end_wh },
  lastKnown: row.last_day === null ? undefined : { day: row.last_day, importWh: row.last_import_wh, exportWh: row.last_export_wh },
  nextKnown: row.next_day === null ? undefined : { day: row.next_day, importWh: row.next_import_wh, exportWh: row.next_export_wh },
  finalReading: row.end_day === null ? undefined : { day: row.end_day, importWh: row.end_import_wh, exportWh: row.end_export_wh },
});

// A missing key may come back from a backup; the book must be anchored in time all the same.
const PATIENCE = 0.75;

/** What is still to be judged before the day can be booked, as a sentence; null when all is. */
export function undecided(
  meterDays: readonly MeterDay[],
  { head, frozen, genesis }: { head: ChainHead; frozen: FrozenRoster; genesis: Pick<Genesis, 'params'> },
): string | null {
  const rostered = meterDays.filter((meterDay) => meterDay.rostered !== null && !meterDay.disputed);
  const unopened = rostered.filter(({ statement, sealed }) => sealed && !statement).length;
  if (unopened > 0) return `${unopened} statement(s) not opened yet`;
  const keyless = rostered.filter(({ statement }) => statement?.reason === 'unknown-epoch').length;
  const untilUnixS = frozen.unixS + Math.floor(genesis.params.anchorDueS * PATIENCE);
  if (keyless > 0 && head.chainUnixS < untilUnixS) {
    const until = new Date(untilUnixS * 1000).toISOString();
    return `${keyless} statement(s) of an epoch whose key the vault lacks: restore it before ${until}, or they are disputed`;
  }
  return null;
}

/**
 * The days that meters' days copy, by meter, with what opens them: the statements as they were opened. Null: the zero day; a meter is
 * missing where the node has no opening.
 */
export async function readCopiedDays(tx: Tx, copied: ReadonlyMap<string, Copied>): Promise<Map<string, CopiedDay | null>> {
  const rows = await tx<SignedRow[]>`
    select s.meter, s.day, import_start_wh, export_start_wh, import_wh, export_wh, blinding
    from books.statement s join unnest(${[...copied.keys()]}::text[], ${[...copied.values()].map(({ fromDay }) => fromDay)}::int4[])
      as asked(meter, day) using (meter, day)
    where status = 'opened'`;
  const zero = [...copied].filter(([, { fromDay }]) => fromDay === 0);
  return new Map<string, CopiedDay | null>([
    ...zero.map(([meter]): [string, null] => [meter, null]),
    ...rows.map((row): [string, CopiedDay] => {
      const registers = { importStartWh: row.import_start_wh, exportStartWh: row.export_start_wh };
      const values = { importWh: row.import_wh, exportWh: row.export_wh };
      return [row.meter, { ...copied.get(row.meter)!, ...registers, ...values, blinding: Uint8Array.from(row.blinding) }];
    }),
  ]);
}

interface SignedRow {
  meter: string;
  day: number;
  import_start_wh: bigint;
  export_start_wh: bigint;
  import_wh: number[];
  export_wh: number[];
  blinding: Buffer;
}

const LINK = { name: 'books.link', types: { meter: 'text', day: 'int4', blinding: 'numeric' } } as const satisfies BulkTable;

/** u of every meter at both midnights of a day, by `meter/day`; drawn where there is none yet. */
export async function linkBlindings(tx: Tx, day: number, meters: readonly string[], draws: Draws): Promise<Map<string, bigint>> {
  const read = async () =>
    new Map(
      (
        await tx<{ meter: string; day: number; blinding: string }[]>`
    select meter, day, blinding from books.link where meter = any(${meters as string[]}) and day in (${day}, ${day + 1})`
      ).map((row) => [`${row.meter}/${row.day}`, BigInt(row.blinding)]),
    );
  const have = await read();
  const missing = meters.flatMap((meter) =>
    [day, day + 1]
      .filter((midnight) => !have.has(`${meter}/${midnight}`))
      .map((midnight) => ({ meter, day: midnight, blinding: draws.linkBlindingOf(meter, midnight) })),
  );
  await insertRows(tx, LINK, missing);
  return missing.length === 0 ? have : read(); // what is stored counts, even if somebody else drew it
}
