/**
 * What a draft reads: each rostered meter's statement, its last booked day, its disputes; the metered days a substitute may copy; the blindings of the
 * register links, which are drawn once per meter and midnight so that one day's end is the next day's beginning.
 */
import type { Tx } from '../../db/index.ts';
import type { Source } from '../../../protocol/index.ts';
import { insertRows } from '../../db/bulk.ts';
import type { ChainHead, FrozenRoster, Rules } from '../intake/chain-view.ts';
import type { Draws } from './randomness.ts';
import type { MeterDay } from './sources.ts';
import type { MeteredDay } from '../../../protocol/day/substitutes.ts';

type Fragment = ReturnType<Tx>;

interface Row {
  meter: string;
  member: string | null;
  status: 'opened' | 'refused' | null;
  reason: string | null;
  commitment: Buffer | null;
  import_start_wh: bigint;
  export_start_wh: bigint;
  import_wh: number[];
  export_wh: number[];
  blinding: Buffer;
  before_day: number | null;
  before_source: Source;
  import_end_wh: bigint;
  export_end_wh: bigint;
  disputed: boolean;
  max_wh_per_slot: number | null;
  last_day: number | null;
  last_import_wh: bigint;
  last_export_wh: bigint;
  next_day: number | null;
  next_import_wh: bigint;
  next_export_wh: bigint;
}

/** The nearest metered day of meter r before or after a day, by the latest version of each. Read in the index's order, so that it ends with the first. */
const nearestMetered = (tx: Tx, where: Fragment, order: Fragment) => tx`
  select * from (
    select distinct on (day) day, source, import_start_wh, export_start_wh, import_end_wh, export_end_wh from books.entry where meter = r.meter and ${where} order by ${order}, version desc
  ) latest where source = 'metered' order by ${order} limit 1`;

/** One record per rostered meter, in the roster's order. `roster`: the day's own, or its late one. */
export async function readMeterDays(tx: Tx, day: number, { roster }: FrozenRoster, upTo: number): Promise<MeterDay[]> {
  const rows = await tx<Row[]>`
    select r.meter, m.member, b.status, b.reason, s.commitment, b.import_start_wh, b.export_start_wh, b.import_wh, b.export_wh, b.blinding,
      e.day as before_day, e.source as before_source, e.import_end_wh, e.export_end_wh, m.max_wh_per_slot,
      k.day + 1 as last_day, k.import_end_wh as last_import_wh, k.export_end_wh as last_export_wh,
      n.day as next_day, n.import_start_wh as next_import_wh, n.export_start_wh as next_export_wh,
      exists (select from chain.dispute d where d.meter = r.meter and d.day = ${day} and d.height <= ${upTo}) as disputed
    from unnest(${roster.meters.map(({ meter }) => meter)}::text[]) with ordinality as r(meter, place)
    left join chain.meter m on m.id = r.meter
    left join chain.sealed_statement s on s.meter = r.meter and s.day = ${day} and s.height <= ${upTo}
    left join books.statement b on b.meter = r.meter and b.day = ${day} and s.id is not null
    left join lateral (
      select day, source, import_end_wh, export_end_wh from books.entry where meter = r.meter and day < ${day} order by day desc, version desc limit 1
    ) e on true
    left join lateral (${nearestMetered(tx, tx`day < ${day}`, tx`day desc`)}) k on true
    left join lateral (${nearestMetered(tx, tx`day > ${day}`, tx`day`)}) n on true
    order by r.place`;
  return rows.map((row, i) => ({
    meter: row.meter,
    member: row.member ?? '',
    day,
    rostered: roster.meters[i].commitment,
    disputed: row.disputed,
    statement:
      row.status === null
        ? undefined
        : {
            status: row.status,
            reason: row.reason,
            commitment: row.commitment!,
            importStartWh: row.import_start_wh,
            exportStartWh: row.export_start_wh,
            importWh: row.import_wh,
            exportWh: row.export_wh,
            blinding: row.blinding,
          },
    maxWhPerSlot: row.max_wh_per_slot ?? 0,
    lastKnown: row.last_day === null ? undefined : { day: row.last_day, importWh: row.last_import_wh, exportWh: row.last_export_wh },
    nextKnown: row.next_day === null ? undefined : { day: row.next_day, importWh: row.next_import_wh, exportWh: row.next_export_wh },
    before:
      row.before_day === null
        ? undefined
        : { day: row.before_day, source: row.before_source, importEndWh: row.import_end_wh, exportEndWh: row.export_end_wh },
  }));
}

// A missing key may come back from a backup; the book must be anchored in time all the same.
const PATIENCE = 0.75;

/** What is still to be judged before the day can be booked, as a sentence; null when all is. */
export async function undecided(
  tx: Tx,
  day: number,
  meterDays: readonly MeterDay[],
  { head, frozen, rules }: { head: ChainHead; frozen: FrozenRoster; rules: Rules },
): Promise<string | null> {
  const rostered = meterDays.filter((meterDay) => meterDay.rostered !== null && !meterDay.disputed);
  const boxes = await tx<{ meter: string }[]>`select meter from chain.sealed_statement where day = ${day} and height <= ${head.height}`;
  const sealed = new Set(boxes.map(({ meter }) => meter));
  const unopened = rostered.filter(({ meter, statement }) => !statement && sealed.has(meter)).length;
  if (unopened > 0) return `${unopened} statement(s) not opened yet`;
  const keyless = rostered.filter(({ statement }) => statement?.reason === 'unknown-epoch').length;
  const untilUnixS = frozen.unixS + Math.floor(rules.anchorDueS * PATIENCE);
  if (keyless > 0 && head.chainUnixS < untilUnixS)
    return `${keyless} statement(s) of an epoch whose key the vault lacks: restore it before ${new Date(untilUnixS * 1000).toISOString()}, or they are disputed`;
  return null;
}

/** The metered days of some meters before a day, from the latest version of each day's book: those a substitute may copy. */
export async function readMeteredDays(tx: Tx, day: number, meters: readonly string[]): Promise<Map<string, MeteredDay[]>> {
  const found = new Map<string, MeteredDay[]>();
  if (meters.length === 0) return found;
  const rows = await tx<{ meter: string; day: number; import_wh: number[]; export_wh: number[] }[]>`
    select r.meter, e.day, e.import_wh, e.export_wh from unnest(${meters as string[]}::text[]) as r(meter)
    cross join lateral (
      select day, import_wh, export_wh from (
        select distinct on (day) day, source, import_wh, export_wh from books.entry where meter = r.meter and day < ${day} and day >= ${day - 28} order by day desc, version desc
      ) recent where source = 'metered'
      union
      (select day, import_wh, export_wh from (
        select distinct on (day) day, source, import_wh, export_wh from books.entry where meter = r.meter and day < ${day} order by day desc, version desc
      ) any_day where source = 'metered' order by day desc limit 1)
    ) e`;
  for (const { meter, day: metered, import_wh: importWh, export_wh: exportWh } of rows)
    found.set(meter, [...(found.get(meter) ?? []), { day: metered, importWh, exportWh }]);
  return found;
}

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
  await insertRows(tx, 'books.link', missing);
  return missing.length === 0 ? have : read(); // what is stored counts, even if somebody else drew it
}
