/**
 * What the books read of the index: the only file of the room that names its tables, beside chain-proofs.ts. Only rows up to the head's
 * height count: later ones are provisional, their results are not yet checked against a header; so whoever asks says up to which block
 * (`upTo`), and asks all for one block. Reports alone are read up to the newest one, since nothing is billed on them. All of it is public.
 *
 * Where a question is about chain and books together, this file gives a part of a query, to stand behind `from` or `join`.
 */
import { type Genesis, isShared, readAnyGenesis, type SharedGenesis, tariffInForce } from '../../../protocol/genesis/index.ts';
import type { ChainAnchor, ChainFile, ChainFinalReading, Roster, Tariff } from '../../../protocol/index.ts';
import {
  compareAddresses,
  decodeRoster,
  fieldFromBytes,
  ProtocolError,
  rosterDigest,
  SLOTS_PER_DAY,
  VOID_AFTER_S,
} from '../../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import { BooksError } from '../errors.ts';

export type Db = Sql | Tx;
/** A part of a query. Trap: it must not be returned by an async function, which would send it. */
type Part = ReturnType<Tx>;

/** The genesis that the index was built from, of a community's chain or of one of communities. */
export async function anyGenesisOf(sql: Db): Promise<Genesis | SharedGenesis> {
  const [row] = await sql<{ genesis: unknown }[]>`select genesis from chain.genesis`;
  if (!row) throw new BooksError('no-index', 'the index holds no genesis yet');
  try {
    return readAnyGenesis(row.genesis);
  } catch (error) {
    throw error instanceof ProtocolError ? new BooksError('bad-genesis', error.message) : error;
  }
}

/** That of a community's chain. */
export async function genesisOf(sql: Db): Promise<Genesis> {
  const genesis = await anyGenesisOf(sql);
  if (isShared(genesis)) throw new BooksError('bad-genesis', `${genesis.chainId} is a chain of communities`);
  return genesis;
}

/** That of a chain whose members are communities. */
export async function sharedGenesisOf(sql: Db): Promise<SharedGenesis> {
  const genesis = await anyGenesisOf(sql);
  if (!isShared(genesis)) throw new BooksError('bad-genesis', `${genesis.chainId} is a community's chain`);
  return genesis;
}

/** Whether the members of the indexed chain are communities (docs/shared-rule.md), without reading all of its genesis. */
export async function isSharedChain(sql: Db): Promise<boolean> {
  const [{ shared }] = await sql<{ shared: boolean | null }[]>`select access.is_shared() as shared`;
  return shared === true;
}

/** Rotations of the operator that came into force, in their order; `signature`: hex, null where the validators named it. */
export async function rotationsOf(
  sql: Db,
  upTo: number | null = null,
): Promise<{ n: number; address: string; signature: string | null }[]> {
  const rows = await sql<{ n: number; address: string; signature: string | null }[]>`
    select n, address, encode(signature, 'hex') as signature from chain.operator_rotation
    where fate = 'applied' and (${upTo}::int is null or settled_height <= ${upTo}) order by n`;
  return [...rows];
}

/** The rotation of the operator that waits for its time, with the meters that vetoed it. */
export async function waitingRotation(sql: Sql): Promise<{ n: number; address: string; dueUnixS: number; vetoedBy: string[] } | undefined> {
  const [row] = await sql<{ n: number; address: string; due_unix_s: string; vetoed_by: string[] }[]>`
    select n, address, due_unix_s,
      array(select meter from chain.operator_vote where n = r.n and address is null and height >= r.height order by height, id) as vetoed_by
    from chain.operator_rotation r where fate is null order by n desc, height desc limit 1`;
  return row && { n: row.n, address: row.address, dueUnixS: Number(row.due_unix_s), vetoedBy: row.vetoed_by };
}

/** The operator in force. */
export const operatorOf = async (sql: Db): Promise<string> =>
  (await rotationsOf(sql)).at(-1)?.address ?? (await anyGenesisOf(sql)).operator;

export interface FrozenRoster {
  roster: Roster;
  digest: string;
  height: number;
  unixS: number;
}

/** The frozen roster of a day; its digest is recomputed from its bytes. */
export async function rosterOf(
  sql: Db,
  day: number,
  { late = false, upTo }: { late?: boolean; upTo: number },
): Promise<FrozenRoster | undefined> {
  const [row] = await sql<{ digest: Buffer; encoded: Buffer; height: number; unix_s: string }[]>`
    select digest, encoded, height, unix_s from chain.roster where day = ${day} and late = ${late} and height <= ${upTo}`;
  if (!row) return undefined;
  const digest = row.digest.toString('hex');
  if (rosterDigest(row.encoded) !== digest) throw new BooksError('roster-digest', `the roster of day ${day} does not have its digest`);
  return { roster: decodeRoster(row.encoded), digest, height: row.height, unixS: Number(row.unix_s) };
}

/** The tariff in force on a day, by the one rule: SQL says only which there are. */
export async function tariffOf(sql: Db, day: number, upTo: number): Promise<Tariff & { fromDay: number; id: string }> {
  const set = await sql<{ id: string; fromDay: number; height: number }[]>`
    select id, from_day as "fromDay", height from chain.tariff where from_day <= ${day} and height <= ${upTo}`;
  const id = tariffInForce(set, day)?.id;
  if (id === undefined) throw new BooksError('no-tariff', `no tariff is in force on day ${day}`);
  const [row] = await sql<
    { id: string; from_day: number; rule: string; retail_nel_per_wh: number[]; feed_in_nel_per_wh: number[]; fee_per_day_nel: string }[]
  >`select id, from_day, rule, retail_nel_per_wh, feed_in_nel_per_wh, fee_per_day_nel from chain.tariff where id = ${id}`;
  return {
    id: row.id,
    fromDay: row.from_day,
    rule: row.rule,
    retailNelPerWh: row.retail_nel_per_wh,
    feedInNelPerWh: row.feed_in_nel_per_wh,
    feePerDayNel: BigInt(row.fee_per_day_nel),
  };
}

/** Prices of a day's slots that were set over its tariff, in the order of slots. */
export async function slotPricesOf(sql: Db, day: number, upTo: number): Promise<ChainFile['slotPrices']> {
  const rows = await sql<{ slot: number; retailNelPerWh: number; feedInNelPerWh: number; unixS: string }[]>`
    select distinct on (slot) slot, retail_nel_per_wh as "retailNelPerWh", feed_in_nel_per_wh as "feedInNelPerWh", unix_s as "unixS"
    from chain.slot_prices where slot >= ${day * SLOTS_PER_DAY} and slot < ${(day + 1) * SLOTS_PER_DAY} and height <= ${upTo}
    order by slot, height desc`;
  return rows.map((row) => ({ ...row, unixS: Number(row.unixS) }));
}

/** What the chain says of a rostered meter's day. `commitment`: of its statement, where there is one. */
export interface ChainDay {
  meter: string;
  member: string;
  /** as enrolled */
  maxWhPerSlot: number;
  commitment: Uint8Array | null;
  /** a dispute of this day is on the chain */
  disputed: boolean;
}

/** One record per meter, in the order asked. A meter that is not enrolled has no member and may use nothing. */
export async function chainDaysOf(sql: Db, day: number, meters: readonly string[], upTo: number): Promise<ChainDay[]> {
  const rows = await sql<
    { meter: string; member: string | null; max_wh_per_slot: number | null; commitment: Buffer | null; disputed: boolean }[]
  >`
    select asked.meter, m.member, m.max_wh_per_slot, s.commitment,
      exists (select from chain.dispute d where d.meter = asked.meter and d.day = ${day} and d.height <= ${upTo}) as disputed
    from unnest(${meters as string[]}::text[]) with ordinality as asked(meter, place)
    left join chain.meter m on m.id = asked.meter
    left join chain.sealed_statement s on s.meter = asked.meter and s.day = ${day} and s.height <= ${upTo}
    order by asked.place`;
  return rows.map(({ meter, member, max_wh_per_slot: maxWhPerSlot, commitment, disputed }) => ({
    meter,
    member: member ?? '',
    maxWhPerSlot: maxWhPerSlot ?? 0,
    commitment,
    disputed,
  }));
}

/**
 * Sealed boxes of a kind in blocks after `after`, up to `upTo`: meter, at (day or slot), key_epoch, sealed, commitment, height, id,
 * max_wh_per_slot.
 */
export const sealedBoxes = (sql: Db, kind: 'statement' | 'report', { after = -1, upTo }: { after?: number; upTo: number }): Part =>
  kind === 'statement'
    ? sql`(
        select s.meter, s.day as at, s.key_epoch, s.sealed, s.commitment, s.height, s.id, m.max_wh_per_slot
        from chain.sealed_statement s left join chain.meter m on m.id = s.meter
        where s.height > ${after} and s.height <= ${upTo})`
    : sql`(
        select s.meter, s.slot as at, s.key_epoch, s.sealed, null::bytea as commitment, s.height, s.id, null::int4 as max_wh_per_slot
        from chain.sealed_report s
        where s.height > ${after} and s.height <= ${upTo})`;

/** The node's public keys by epoch: in hex, and since when they are in force. */
export async function nodeKeysOf(sql: Db): Promise<Map<number, { key: string; effectiveUnixS: number }>> {
  const rows = await sql<{ epoch: number; key: string; effective_unix_s: string }[]>`
    select epoch, encode(key, 'hex') as key, effective_unix_s from chain.node_key`;
  return new Map(rows.map((row) => [row.epoch, { key: row.key, effectiveUnixS: Number(row.effective_unix_s) }]));
}

/** meter, address, member, first_day, last_day, max_wh_per_slot, validator of each enrolled meter. */
export const meters = (sql: Db): Part =>
  sql`(select id as meter, address, member, first_day, last_day, max_wh_per_slot, consensus_key is not null as validator from chain.meter)`;

/** day, digest, unix_s of each frozen roster, the early or the late ones; without `upTo`, as far as the index is. */
export const frozenRosters = (sql: Db, { late, upTo = 2 ** 31 - 1 }: { late: boolean; upTo?: number }): Part =>
  sql`(select day, digest, unix_s from chain.roster where late = ${late} and height <= ${upTo})`;

/** The rosters of days as they froze. */
export const rostersOf = async (sql: Db, days: readonly number[]): Promise<{ day: number; encoded: Uint8Array }[]> =>
  sql<{ day: number; encoded: Buffer }[]>`select day, encoded from chain.roster where not late and day = any(${days as number[]})`;

/** (meter, day) about which nothing new can come: the view chain.settled_day. */
export const settledDays = (sql: Db, upTo: number): Part => sql`(select meter, day from chain.settled_day where height <= ${upTo})`;

/** (meter, day) of each dispute. */
export const disputedDays = (sql: Db, upTo: number): Part => sql`(select meter, day from chain.dispute where height <= ${upTo})`;

/** meter, day, reason of each dispute since a day. */
export const disputesSince = (sql: Db, day: number): Part => sql`(select meter, day, reason from chain.dispute where day >= ${day})`;

/** (day, version) of each anchored book. */
export const anchoredBooks = (sql: Db, upTo: number): Part => sql`(select day, version from chain.anchor where height <= ${upTo})`;

/** day, version, height, unix_s of each book that the chain has verified. */
export const provenBooks = (sql: Db, upTo: number): Part =>
  sql`(select day, version, height, unix_s from chain.proven_book where height <= ${upTo})`;

/** from_day, uplink of each sum of a period that the chain has. */
export const settledSums = (sql: Db, upTo: number): Part =>
  sql`(select from_day, uplink from chain.settlement_entry where height <= ${upTo})`;

/** Whether the chain has verified a day's first book. */
export const isProven = async (sql: Db, day: number, upTo: number): Promise<boolean> =>
  (await sql`select from ${provenBooks(sql, upTo)} p where p.day = ${day} and p.version = 1`).length > 0;

/** day of each frozen day that is void: its book counts for nothing (src/protocol/day/void.ts). */
export const voidDays = (sql: Db, { height, chainUnixS }: Pick<ChainHead, 'height' | 'chainUnixS'>): Part => sql`(
  select r.day from ${frozenRosters(sql, { late: false, upTo: height })} r
  where r.unix_s + ${VOID_AFTER_S} <= ${chainUnixS}
    and not exists (select from ${provenBooks(sql, height)} p where p.day = r.day and p.version = 1))`;

/** Anchors of a day's books, oldest version first. */
export async function anchorsOf(sql: Db, day: number, upTo: number): Promise<ChainAnchor[]> {
  const rows = await sql<{ version: number; book_hash: Buffer; totals: Buffer | null; height: number; unix_s: string }[]>`
    select version, book_hash, totals, height, unix_s from chain.anchor where day = ${day} and height <= ${upTo} order by version`;
  return rows.map((row) => ({
    version: row.version,
    bookHash: row.book_hash.toString('hex'),
    totals: row.totals?.toString('hex') ?? null,
    height: row.height,
    unixS: Number(row.unix_s),
  }));
}

/** Disputes of a day, by meter. */
export async function disputesOf(sql: Db, day: number, upTo: number): Promise<{ meter: string; reason: string }[]> {
  const rows = await sql<{ meter: string; reason: string }[]>`
    select meter, reason from chain.dispute where day = ${day} and height <= ${upTo}`;
  return rows.map(({ meter, reason }) => ({ meter, reason })).sort(byMeter);
}

/** Beginnings and ends of validators' power that wait, the soonest first, with the meters that vetoed each. */
export async function waitingChanges(
  sql: Db,
): Promise<{ meter: string; ends: boolean; asked: boolean; dueUnixS: number; vetoedBy: string[] }[]> {
  const rows = await sql<{ meter: string; ends: boolean; asked: boolean; due_unix_s: string; vetoed_by: string[] }[]>`
    select meter, ends, asked, due_unix_s,
      array(select v.meter from chain.validator_veto v where v.change = c.id order by v.height, v.id) as vetoed_by
    from chain.validator_change c where fate is null order by due_unix_s::numeric, id`;
  return rows.map(({ due_unix_s, vetoed_by, ...row }) => ({ ...row, dueUnixS: Number(due_unix_s), vetoedBy: vetoed_by }));
}

/** NoBills of a day, by meter; `open`: one of them was not withdrawn by then. */
export async function noBillsOf(sql: Db, day: number, upTo: number): Promise<{ meter: string; open: boolean }[]> {
  const rows = await sql<{ meter: string; open: boolean }[]>`
    select meter, bool_or(withdrawn_height is null or withdrawn_height > ${upTo}) as open from chain.no_bill
    where day = ${day} and open_height <= ${upTo} group by meter`;
  return rows.map(({ meter, open }) => ({ meter, open })).sort(byMeter);
}

/** meter, day, link of each final reading. */
export const finalReadings = (sql: Db, upTo: number): Part =>
  sql`(select meter, day, link from chain.final_reading where height <= ${upTo})`;

/** Final readings of meters whose last day this is, by meter, as they were by then. */
export async function finalReadingsOf(sql: Db, day: number, upTo: number): Promise<ChainFinalReading[]> {
  const rows = await sql<{ meter: string; link: Buffer; height: number; unix_s: string; objected_height: number | null }[]>`
    select meter, link, height, unix_s, case when objected_height <= ${upTo} then objected_height end as objected_height
    from chain.final_reading where day = ${day} and height <= ${upTo}`;
  return rows
    .map(({ meter, link, height, unix_s, objected_height }) => ({
      meter,
      link: fieldFromBytes(link, 'chain.final_reading.link'),
      height,
      unixS: Number(unix_s),
      objectedHeight: objected_height,
    }))
    .sort(byMeter);
}

const byMeter = (a: { meter: string }, b: { meter: string }): number => compareAddresses(a.meter, b.meter);
