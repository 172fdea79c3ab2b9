/**
 * What the API reads of the index: the only file of the room that names its tables. All of it is public on the chain; only what is checked
 * against a header counts (`checked`), except where a resolver marks what is not.
 *
 * Where a question is about chain and books together, this file gives a part of a query. Trap: such a part must not come from an async
 * function, which would send it.
 */
import type { SlotPrices } from '../../../protocol/day/slot-prices.ts';
import { firstSlot, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import type { Sql } from '../../db/connect.ts';
import type { Transaction } from '../pool.ts';

export type Key = readonly (number | string)[];
/** One page of days: rows after a key, newest first. */
export interface DayPage {
  from: number;
  to: number;
  after: Key | null;
  limit: number;
}

export interface MeterRow {
  id: string;
  first_day: number;
  last_day: number | null;
  service_day: number | null;
  max_wh_per_slot: number;
  validator: boolean;
}

export const readMeters = (tx: Transaction, owner: string, ids: readonly string[]): Promise<MeterRow[]> =>
  tx.query<MeterRow>(
    (sql) => sql`
    select id, first_day, last_day, service_day, max_wh_per_slot, consensus_key is not null as validator
    from chain.meter where member = ${owner} and id = any(${[...ids]}::text[])`,
  );

/** Meters by their owners' addresses, for whoever is to be told of them. */
export async function readMetersOf(tx: Transaction, owners: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ member: string; ids: string[] }>(
    (sql) => sql`select member, array_agg(id) as ids from chain.meter where member = any (${[...owners]}::text[]) group by member`,
  );
  return new Map(rows.map(({ member, ids }) => [member, ids]));
}

export const readOwnMeters = (
  tx: Transaction,
  owner: string,
  { after, limit }: { after: Key | null; limit: number },
): Promise<MeterRow[]> =>
  tx.query<MeterRow>(
    (sql) => sql`
    select id, first_day, last_day, service_day, max_wh_per_slot, consensus_key is not null as validator
    from chain.meter where member = ${owner} ${after ? sql`and id > ${after[0]}` : sql``}
    order by id limit ${limit}`,
  );

/** id of each of a member's meters. */
export const ownMeterIds = (sql: Sql, owner: string) => sql`(select id from chain.meter where member = ${owner})`;

/** The last height whose results are checked. */
export const checked = (sql: Sql) => sql`(select height from chain.head)`;

/** (meter, day) of each NoBill that was not withdrawn. */
export const openNoBills = (sql: Sql) => sql`(select meter, day from chain.no_bill where withdrawn_height is null)`;

export interface RosterRow {
  day: number;
  late: boolean;
  digest: Uint8Array;
  encoded: Uint8Array;
  height: number;
  unix_s: string;
}

export const readRosters = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<RosterRow[]> =>
  tx.query<RosterRow>(
    (sql) => sql`
    select day, late, digest, encoded, height, unix_s from chain.roster
    where height <= ${checked(sql)} and day between ${from} and ${to}
      ${after ? sql`and (day, late::int4) < (${after[0]}::int4, ${after[1]}::int4)` : sql``}
    order by day desc, late desc limit ${limit}`,
  );

export async function readRoster(tx: Transaction, day: number, late: boolean): Promise<RosterRow | null> {
  const [row] = await tx.query<RosterRow>(
    (sql) => sql`
    select day, late, digest, encoded, height, unix_s from chain.roster
    where height <= ${checked(sql)} and day = ${day} and late = ${late}`,
  );
  return row ?? null;
}

export interface BookDayRow {
  day: number;
  encoded: Uint8Array;
  height: number;
  unix_s: string;
  /** meters that are disputed on the day */
  disputed: string[];
  book_hash: Uint8Array | null;
  anchor_height: number | null;
  anchored_unix_s: string | null;
  proven_height: number | null;
  proven_unix_s: string | null;
  /** chain time of the last block whose results are checked */
  now_unix_s: string;
  corrections: number;
}

/** Frozen days with the anchors of their books. */
export const readBookDays = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<BookDayRow[]> =>
  tx.query<BookDayRow>(
    (sql) => sql`
    select r.day, r.encoded, r.height, r.unix_s, a.book_hash, a.height as anchor_height, a.unix_s as anchored_unix_s,
      p.height as proven_height, p.unix_s as proven_unix_s, (select chain_unix_s from chain.head) as now_unix_s,
      array(select d.meter from chain.dispute d where d.day = r.day and d.height <= ${checked(sql)}) as disputed,
      (select count(*)::int4 from chain.anchor c where c.day = r.day and c.version > 1 and c.height <= ${checked(sql)}) as corrections
    from chain.roster r
    left join chain.anchor a on a.day = r.day and a.version = 1 and a.height <= ${checked(sql)}
    left join chain.proven_book p on p.day = r.day and p.version = 1 and p.height <= ${checked(sql)}
    where not r.late and r.height <= ${checked(sql)} and r.day between ${from} and ${to} ${after ? sql`and r.day < ${after[0]}` : sql``}
    order by r.day desc limit ${limit}`,
  );

export interface DisputeRow {
  id: string;
  meter: string;
  day: number;
  reason: string;
  height: number;
}

export const readDisputes = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<DisputeRow[]> =>
  tx.query<DisputeRow>(
    (sql) => sql`
    select id, meter, day, reason, height from chain.dispute
    where height <= ${checked(sql)} and day between ${from} and ${to}
      ${after ? sql`and (height, id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by height desc, id desc limit ${limit}`,
  );

/** Disputes of own meters on the newest 31 frozen days, newest first. */
export const readOwnDisputes = (tx: Transaction, owner: string, ids: readonly string[]): Promise<DisputeRow[]> =>
  tx.query<DisputeRow>(
    (sql) => sql`
    select id, meter, day, reason, height from chain.dispute
    where height <= ${checked(sql)} and meter = any(${[...ids]}::text[]) and meter in ${ownMeterIds(sql, owner)}
      and day > (select coalesce(max(day), 0) from chain.roster) - 31
    order by day desc`,
  );

export interface FinalReadingRow {
  meter: string;
  day: number;
  link: Uint8Array;
  height: number;
  unix_s: string;
  objected_height: number | null;
}

export const readFinalReadings = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<FinalReadingRow[]> =>
  tx.query<FinalReadingRow>(
    (sql) => sql`
    select meter, day, link, height, unix_s, case when objected_height <= ${checked(sql)} then objected_height end as objected_height
    from chain.final_reading
    where height <= ${checked(sql)} and day between ${from} and ${to}
      ${after ? sql`and (height, meter) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by height desc, meter desc limit ${limit}`,
  );

export interface OwnReadingRow extends FinalReadingRow {
  import_wh: bigint;
  export_wh: bigint;
  blinding: string;
}

/** What was read of own meters, with what opens the commitment that the chain holds. */
export const readOwnReadings = (tx: Transaction, owner: string, ids: readonly string[]): Promise<OwnReadingRow[]> =>
  tx.query<OwnReadingRow>(
    (sql) => sql`
    select r.meter, r.day, r.link, r.height, r.unix_s, k.import_wh, k.export_wh, k.blinding,
      case when r.objected_height <= ${checked(sql)} then r.objected_height end as objected_height
    from chain.final_reading r join books.final_reading k on k.meter = r.meter and k.link = r.link
    where r.height <= ${checked(sql)} and r.meter = any(${[...ids]}::text[]) and r.meter in ${ownMeterIds(sql, owner)}`,
  );

export interface EndingRow {
  meter: string;
  last_day: number | null;
  link: Uint8Array | null;
}

/** Where each meter's service ends, with its final reading. */
export const readEndings = (tx: Transaction, ids: readonly string[]): Promise<EndingRow[]> =>
  tx.query<EndingRow>(
    (sql) => sql`
    select m.id as meter, m.last_day, r.link from chain.meter m
    left join chain.final_reading r on r.meter = m.id and r.height <= ${checked(sql)}
    where m.id = any(${[...ids]}::text[])`,
  );

/** How many meters are disputed on any of the newest seven frozen days. */
export async function countDisputedMeters(tx: Transaction): Promise<number> {
  const [{ meters }] = await tx.query<{ meters: number }>(
    (sql) => sql`
    select count(distinct meter)::int4 as meters from chain.dispute
    where height <= ${checked(sql)} and day > (select coalesce(max(day), 0) from chain.roster) - 7`,
  );
  return meters;
}

export interface NoBillRow {
  id: string;
  meter: string;
  day: number;
  open_height: number;
  withdrawn_height: number | null;
}

export const readNoBills = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<NoBillRow[]> =>
  tx.query<NoBillRow>(
    (sql) => sql`
    select id, meter, day, open_height, withdrawn_height from chain.no_bill
    where open_height <= ${checked(sql)} and day between ${from} and ${to}
      ${after ? sql`and (open_height, id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by open_height desc, id desc limit ${limit}`,
  );

export interface ValidatorChangeRow {
  id: string;
  meter: string;
  ends: boolean;
  asked: boolean;
  height: number;
  due_unix_s: string;
  fate: string | null;
  settled_height: number | null;
  vetoed_by: string[];
}

/** The newest block's too: what waits is to be seen at once. */
export const readValidatorChanges = (
  tx: Transaction,
  { after, limit, waiting = false }: { after: Key | null; limit: number; waiting?: boolean },
): Promise<ValidatorChangeRow[]> =>
  tx.query<ValidatorChangeRow>(
    (sql) => sql`
    select id, meter, ends, asked, height, due_unix_s, fate, settled_height,
      array(select v.meter from chain.validator_veto v where v.change = c.id order by v.height, v.id) as vetoed_by
    from chain.validator_change c where ${waiting ? sql`fate is null` : sql`true`}
      ${after ? sql`and (height, id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by height desc, id desc limit ${limit}`,
  );

export interface QueuedRotationRow {
  n: number;
  address: string;
  due_unix_s: string;
  vetoes: number;
}

/** Who is to be the operator after this one, if somebody is. */
export async function readQueuedRotation(tx: Transaction): Promise<QueuedRotationRow | null> {
  const [row] = await tx.query<QueuedRotationRow>(
    (sql) => sql`
    select n, address, due_unix_s,
      (select count(distinct meter)::int4 from chain.operator_vote where n = r.n and address is null and height >= r.height) as vetoes
    from chain.operator_rotation r where fate is null order by n desc, height desc limit 1`,
  );
  return row ?? null;
}

export interface MissingRow {
  meter: string;
  day: number;
  frozen: boolean;
  late_height: number | null;
}

/** Meters in service without a statement in the roster of their day: not said, not yet frozen, or said too late. */
export const readMissing = (tx: Transaction, { from, to, after, limit, upTo }: DayPage & { upTo: number }): Promise<MissingRow[]> =>
  tx.query<MissingRow>(
    (sql) => sql`
    select m.id as meter, d.day, r.id is not null as frozen, s.height as late_height
    from generate_series(${from}::int4, ${to}::int4) d(day)
    join chain.meter m on m.service_day <= d.day and (m.last_day is null or d.day <= m.last_day)
    left join chain.roster r on r.id = d.day::text and r.height <= ${upTo}
    left join chain.sealed_statement s on s.id = m.id || '-' || d.day
    where (s.id is null or s.height > r.height) ${after ? sql`and (d.day, m.id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by d.day desc, m.id desc limit ${limit}`,
  );

export interface BadTransactionRow {
  id: string;
  height: number;
  tx_index: number;
  hash: string;
  reason: string;
  detail: string;
}

export const readBadTransactions = (
  tx: Transaction,
  { after, limit }: { after: Key | null; limit: number },
): Promise<BadTransactionRow[]> =>
  tx.query<BadTransactionRow>(
    (sql) => sql`
    select id, height, tx_index, hash, reason, detail from chain.bad_transaction
    ${after ? sql`where (height, id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by height desc, id desc limit ${limit}`,
  );

export interface ChainCounts {
  meters: number;
  last_frozen_day: number | null;
  bad_transactions: number;
}

/** `today`: meters that are still in service then are counted. */
export async function readChainCounts(tx: Transaction, today: number): Promise<ChainCounts> {
  const [counts] = await tx.query<ChainCounts>(
    (sql) => sql`
    select (select count(*)::int from chain.meter where last_day is null or last_day >= ${today}) as meters,
      (select max(day) from chain.roster where not late) as last_frozen_day,
      (select count(*)::int from chain.bad_transaction) as bad_transactions`,
  );
  return counts;
}

export interface ChainFacts {
  genesis_hash: Uint8Array;
  grace_s: string;
  late_s: string;
  start_unix_s: string;
  rate: string;
  genesis_unix_s: string;
  tick: string;
}

/** What the genesis fixed for good; undefined before the index has begun. */
export async function readFacts(tx: Transaction): Promise<ChainFacts | undefined> {
  const [facts] = await tx.query<ChainFacts>(
    (sql) => sql`
    select g.hash as genesis_hash, c.grace_s, c.late_s, c.start_unix_s, c.rate, c.genesis_unix_s, access.tick() as tick
    from chain.genesis g cross join chain.clock c`,
  );
  return facts;
}

/** The keys that the genesis takes proofs by, as it carries them; null before the index has begun. */
export async function readGenesisKeys(tx: Transaction): Promise<unknown> {
  const [{ keys }] = await tx.query<{ keys: unknown }>((sql) => sql`select access.genesis_keys() as keys`);
  return keys;
}

/** The operator of genesis, and those whom each one before has signed over to, oldest first. */
export const readOperators = (tx: Transaction): Promise<string[]> =>
  tx
    .query<{ address: string }>((sql) => sql`select address from access.operators() order by n`)
    .then((rows) => rows.map(({ address }) => address));

export interface TariffRow {
  fromDay: number;
  rule: string;
  retailNelPerWh: number[];
  feedInNelPerWh: number[];
  feePerDayNel: string;
  height: number;
}

/** Every tariff that begins on or before a day. */
export const readTariffs = (tx: Transaction, day: number): Promise<TariffRow[]> =>
  tx.query<TariffRow>(
    (sql) => sql`
    select from_day as "fromDay", rule, retail_nel_per_wh as "retailNelPerWh", feed_in_nel_per_wh as "feedInNelPerWh",
      fee_per_day_nel as "feePerDayNel", height
    from chain.tariff where from_day <= ${day} and height <= ${checked(sql)}`,
  );

/** Prices of a day's slots that were set over its tariff. */
export const readSlotPrices = (tx: Transaction, day: number): Promise<SlotPrices[]> =>
  tx.query<SlotPrices>(
    (sql) => sql`
    select distinct on (slot) slot, retail_nel_per_wh as "retailNelPerWh", feed_in_nel_per_wh as "feedInNelPerWh"
    from chain.slot_prices where slot between ${firstSlot(day)} and ${firstSlot(day) + SLOTS_PER_DAY - 1} and height <= ${checked(sql)}
    order by slot, height desc`,
  );
