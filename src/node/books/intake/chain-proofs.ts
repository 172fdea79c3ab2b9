/**
 * What the books read of the index for auditors: the state proofs of days, as the index took them from a node, and the signed headers they
 * lead to. Exact texts.
 */
import { type LogEntry, PERIOD_DAYS } from '../../../protocol/index.ts';
import type { ShownDay } from '../../shared/community-files.ts';
import { type Db, provenBooks } from './chain-view.ts';

/** Days whose state the index has proven for auditors, with the header that the proofs lead to: day → block. */
export async function provenDays(sql: Db, days: readonly number[]): Promise<Map<number, number>> {
  const rows = await sql<{ day: number; height: number }[]>`
    select e.day, e.height from chain.evidence e join chain.light_block b on b.height = e.height + 1
    where e.day = any(${days as number[]})`;
  return new Map(rows.map(({ day, height }) => [day, height]));
}

/** Books whose anchors an auditor will see in the days' state proofs. */
export async function anchorsShown(sql: Db, days: readonly number[]): Promise<{ day: number; version: number }[]> {
  const rows = await sql<{ day: number; version: number }[]>`
    select a.day, a.version from chain.anchor a join chain.evidence e using (day)
    where a.height <= e.height and a.day = any(${days as number[]})`;
  return rows.map(({ day, version }) => ({ day, version }));
}

/** Anchored books of the days that the kept state proofs do not show as verified by the chain; `sinceUnixS`: when they were anchored. */
export async function unverified(sql: Db, days: readonly number[]): Promise<{ day: number; version: number; sinceUnixS: number }[]> {
  const rows = await sql<{ day: number; version: number; unix_s: string }[]>`
    select a.day, a.version, a.unix_s from chain.anchor a join chain.evidence e using (day)
    where a.day = any(${days as number[]}) and not exists (
      select from ${provenBooks(sql, 2 ** 31 - 1)} p where p.day = a.day and p.version = a.version and p.height <= e.height)`;
  return rows.map(({ day, version, unix_s }) => ({ day, version, sinceUnixS: Number(unix_s) }));
}

/** The state proofs of a day, as kept: exact text. */
export async function stateProofsOf(sql: Db, day: number): Promise<{ height: number; state: string } | undefined> {
  const [row] = await sql<{ height: number; state: string }[]>`select height, state from chain.evidence where day = ${day}`;
  return row;
}

/** Signed headers as kept: those asked for, and every turn of the validator set up to the last of them. */
export async function lightBlocksOf(sql: Db, heights: readonly number[]): Promise<{ height: number; block: string }[]> {
  return sql<{ height: number; block: string }[]>`
    select height, block from chain.light_block
    where height = any(${heights as number[]}) or (turn and height <= ${Math.max(...heights)}) order by height`;
}

/** All days of which there are state proofs. */
export const daysWithProofs = async (sql: Db): Promise<number[]> =>
  (await sql<{ day: number }[]>`select day from chain.evidence order by day`).map(({ day }) => day);

/** Whether something changed about days after their proofs were taken and before the log's were: an auditor would see news. */
export async function hasNews(sql: Db, days: readonly number[]): Promise<boolean> {
  const [row] = await sql`
    select from chain.day_change c join chain.evidence e using (day), chain.log_proof l
    where c.day = any(${days as number[]}) and c.height > e.height and c.height <= l.height limit 1`;
  return row !== undefined;
}

/** The chain's log as last proven: exact text, and from which number on. */
export async function logProofOf(sql: Db): Promise<{ height: number; firstSeq: number; file: string } | undefined> {
  const [row] = await sql<{ height: number; first_seq: bigint; file: string }[]>`select height, first_seq, file from chain.log_proof`;
  return row && { height: row.height, firstSeq: Number(row.first_seq), file: row.file };
}

/** How far the log was when the days were proven: the least. */
export async function seqWhenProven(sql: Db, days: readonly number[]): Promise<number> {
  const [{ seq }] = await sql<
    { seq: bigint | null }[]
  >`select min(next_seq) as seq from chain.evidence where day = any(${days as number[]})`;
  return Number(seq ?? 1n);
}

/** The log's entries from a number on. */
export async function logEntriesOf(sql: Db, from: number): Promise<Pick<LogEntry, 'kind' | 'day'>[]> {
  return sql<{ kind: LogEntry['kind']; day: number }[]>`select kind, day from chain.log_entry where seq >= ${from} order by seq`;
}

/**
 * What a main chain's modules hold, as last proven: the exact text of main.json. Nothing where the header of the block that left that state
 * is not kept, by whose time an auditor judges what was due in it: the index takes both together.
 */
export async function mainProofOf(sql: Db): Promise<{ height: number; file: string } | undefined> {
  const [row] = await sql<{ height: number; file: string }[]>`
    select height, file from chain.main_proof join chain.light_block using (height)`;
  return row;
}

/** Whether a sum of a week that some of the days are in was settled after a block: what is proven as of that block does not have it. */
export async function areSettledAfter(sql: Db, days: readonly number[], height: number): Promise<boolean> {
  const rows = await sql`
    select from chain.settlement_entry s, unnest(${days as number[]}::int4[]) as of (day)
    where s.height > ${height} and of.day between s.from_day and s.from_day + ${PERIOD_DAYS - 1} limit 1`;
  return rows.length > 0;
}

/** In the order in which the chain took them. */
export const shownDaysOf = (sql: Db, days: readonly number[]) => sql<ShownDay[]>`
  select c.chain_id, e.meter as uplink, e.day, e.evidence, e.net_proof from chain.day_evidence e join chain.community c on c.id = e.meter
  where e.day = any(${days as number[]}) order by e.height, e.day`;

/** The settled sums that blocks had up to one, with their proofs. */
export const settledSumsOf = (sql: Db, upTo: number) => sql<{ from_day: number; uplink: string; amount_nel: string; sum_proof: Buffer }[]>`
  select from_day, uplink, amount_nel::text, sum_proof from chain.settlement_entry
  where height <= ${upTo} and sum_proof is not null order by from_day`;
