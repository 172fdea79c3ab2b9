/**
 * What the books read of the index. Only rows up to results_height count: later ones are provisional, their results are not yet checked
 * against a header. Reports alone are read up to the newest block, since nothing is billed on them. All of it is public.
 */
import { decodeRoster, rosterDigest } from '../../../protocol/index.ts';
import type { Roster, Tariff } from '../../../protocol/index.ts';
import type { Sql, Tx } from '../../db/index.ts';
import { BooksError } from '../errors.ts';

export type Db = Sql | Tx;

/** `height`: the last block whose results are checked. `newest`: the last block. `chainUnixS`: chain time of the newest block. */
export interface ChainHead {
  chainId: string;
  height: number;
  newest: number;
  chainUnixS: number;
}

/** Where the index is, or undefined before it has begun. */
export async function chainHead(sql: Db): Promise<ChainHead | undefined> {
  const [{ exists }] = await sql<{ exists: boolean }[]>`select to_regclass('chain.cursor') is not null as exists`;
  if (!exists) return undefined;
  const [row] = await sql<
    { chain_id: string; height: number; results_height: number; chain_unix_s: bigint }[]
  >`select chain_id, height, results_height, chain_unix_s from chain.cursor`;
  return row && { chainId: row.chain_id, height: row.results_height, newest: row.height, chainUnixS: Number(row.chain_unix_s) };
}

/** What genesis fixes for the books. */
export interface Rules {
  tick: number;
  anchorDueS: number;
  linkDueS: number;
  keys: { dayBill: string; clearing: string };
}
export interface GenesisJson {
  chain_id: string;
  genesis_time: string;
  app_state: { meter: Record<string, any> };
}

export async function genesisOf(sql: Db): Promise<GenesisJson> {
  const [row] = await sql<{ genesis: GenesisJson }[]>`select genesis from chain.genesis`;
  if (!row) throw new BooksError('no-index', 'the index holds no genesis yet');
  return row.genesis;
}

export async function rulesOf(sql: Db): Promise<Rules> {
  const params = (await genesisOf(sql)).app_state?.meter?.params as Record<string, unknown> | undefined;
  const either = (snake: string, camel: string) => params?.[snake] ?? params?.[camel];
  const number = (name: string, value: unknown) => {
    const found = Number(value);
    if (!Number.isSafeInteger(found) || found <= 0)
      throw new BooksError('bad-genesis', `genesis params.${name}: expected a positive integer`);
    return found;
  };
  const hash = (name: string, value: unknown) => {
    if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
      throw new BooksError('bad-genesis', `genesis params.${name}: expected a SHA-256 in hex`);
    return value;
  };
  return {
    tick: number('tick', params?.tick),
    anchorDueS: number('anchor_due_s', either('anchor_due_s', 'anchorDueS')),
    linkDueS: number('link_due_s', either('link_due_s', 'linkDueS')),
    keys: {
      dayBill: hash('day_bill_key_hash', either('day_bill_key_hash', 'dayBillKeyHash')),
      clearing: hash('clearing_key_hash', either('clearing_key_hash', 'clearingKeyHash')),
    },
  };
}

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

/** The tariff in force on a day: of all that begin on or before it the latest; of two for the same day the later one. */
export async function tariffOf(sql: Db, day: number, upTo: number): Promise<Tariff & { fromDay: number; id: string }> {
  const [row] = await sql<
    { id: string; from_day: number; rule: string; retail_nel_per_wh: number[]; feed_in_nel_per_wh: number[]; fee_per_day_nel: string }[]
  >`
    select id, from_day, rule, retail_nel_per_wh, feed_in_nel_per_wh, fee_per_day_nel from chain.tariff
    where from_day <= ${day} and height <= ${upTo} order by from_day desc, height desc limit 1`;
  if (!row) throw new BooksError('no-tariff', `no tariff is in force on day ${day}`);
  return {
    id: row.id,
    fromDay: row.from_day,
    rule: row.rule,
    retailNelPerWh: row.retail_nel_per_wh,
    feedInNelPerWh: row.feed_in_nel_per_wh,
    feePerDayNel: BigInt(row.fee_per_day_nel),
  };
}
