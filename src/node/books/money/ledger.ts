/**
 * The community's double-entry ledger in integers of nELECTRA. A day's journal: what each member owes (negative: is owed), the outside's
 * claim against it, and the community fund, which takes fees and rounding. It sums to zero, and Postgres refuses it otherwise; a row is
 * never changed. A positive balance owes the community, a negative one is owed by it. A correction's journal holds differences, between
 * members and fund alone: what the outside was owed that day does not change by knowing better who used it.
 */
import type { BulkTable, RowOf } from '../../db/bulk.ts';
import { insertRows } from '../../db/bulk.ts';
import type { Tx } from '../../db/index.ts';
import { drawBills } from './balance.ts';

const OUTSIDE = 'outside';
const FUND = 'fund';
const memberAccount = (address: string): string => `member:${address}`;
const dayJournal = (day: number, version: number): string => `day:${day}:${version}`;

export interface Posting {
  account: string;
  amountNel: bigint;
}

/** The postings of a day: one per member (all its meters together), then outside and fund. They sum to zero. */
export function dayPostings(bills: readonly { member: string; amountNel: bigint }[], outsideCostNel: bigint): Posting[] {
  const byMember = new Map<string, bigint>();
  for (const { member, amountNel } of bills) byMember.set(member, (byMember.get(member) ?? 0n) + amountNel);
  const members = [...byMember]
    .map(([member, amountNel]) => ({ account: memberAccount(member), amountNel }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
  const owed = members.reduce((sum, { amountNel }) => sum + amountNel, 0n);
  return [...members, { account: OUTSIDE, amountNel: -outsideCostNel }, { account: FUND, amountNel: outsideCostNel - owed }];
}

/** Posts a day's journal, and has balances take what it leaves open; a second time is refused by the unique (journal, account). */
export async function postDay(tx: Tx, day: number, version: number): Promise<void> {
  const bills = await tx<{ member: string; amount_nel: string }[]>`
    select member, amount_nel from books.entry where day = ${day} and version = ${version}`;
  const [{ outside_cost_nel: outside }] = await tx<{ outside_cost_nel: string }[]>`
    select outside_cost_nel from books.day where day = ${day} and version = ${version}`;
  const postings = dayPostings(
    bills.map(({ member, amount_nel: amount }) => ({ member, amountNel: BigInt(amount) })),
    BigInt(outside),
  );
  const journal = dayJournal(day, version);
  await insertExactly(
    tx,
    postings.map(({ account, amountNel }) => ({ journal, account, amount_nel: amountNel, day, version })),
  );
  await drawBills(tx, { cause: journal, day });
}

/**
 * The postings of a correction: what each member owes more (negative: less) than by the book before, against the community fund. They sum
 * to zero.
 */
function correctionPostings(differences: readonly { member: string; amountNel: bigint }[]): Posting[] {
  return dayPostings(differences, 0n).filter(({ account }) => account !== OUTSIDE);
}

/**
 * Posts a correction's journal: each corrected bill less the one that it replaces. That is the newest released bill, the last one that was
 * posted; this one is not released before its journal is written, in the same transaction.
 */
export async function postCorrection(tx: Tx, day: number, version: number): Promise<void> {
  const rows = await tx<{ member: string; difference: string }[]>`
    select e.member, e.amount_nel - was.amount_nel as difference
    from books.entry e join books.released_entry was using (day, meter)
    where day = ${day} and e.version = ${version} and was.version < e.version`;
  const postings = correctionPostings(rows.map(({ member, difference }) => ({ member, amountNel: BigInt(difference) })));
  const journal = dayJournal(day, version);
  await insertExactly(
    tx,
    postings.map(({ account, amountNel }) => ({ journal, account, amount_nel: amountNel, day, version })),
  );
  await drawBills(tx, { cause: journal, day });
}

/**
 * What a community owes for a period is settled on the chain, in ELECTRA, between treasuries and pools: it leaves the member's account by a
 * journal of its own, to `pools`.
 */
export async function postSettlement(tx: Tx, fromDay: number, meter: string): Promise<void> {
  const [{ member, amount_nel: amount }] = await tx<{ member: string; amount_nel: string }[]>`
    select member, amount_nel from books.settlement where from_day = ${fromDay} and meter = ${meter}`;
  const [journal, amountNel] = [`settlement:${fromDay}:${meter}`, BigInt(amount)];
  await insertExactly(tx, [
    { journal, account: memberAccount(member), amount_nel: -amountNel, day: fromDay, version: 1 },
    { journal, account: 'pools', amount_nel: amountNel, day: fromDay, version: 1 },
  ]);
}

const POSTING = {
  name: 'books.posting',
  types: { journal: 'text', account: 'text', amount_nel: 'numeric', day: 'int4', version: 'int4' },
} as const satisfies BulkTable;

async function insertExactly(tx: Tx, rows: readonly RowOf<typeof POSTING>[]): Promise<void> {
  const count = await insertRows(tx, POSTING, rows);
  if (count !== rows.length) throw new Error(`journal ${String(rows[0]?.journal)} was posted before`); // rolls the transaction back
}

/** Balances of all accounts, or of one; they sum to zero. */
export async function balances(sql: Parameters<typeof insertRows>[0], account?: string): Promise<Map<string, bigint>> {
  const rows = await sql<{ account: string; sum: string }[]>`
    select account, sum(amount_nel) as sum from books.posting
    where ${account ?? null}::text is null or account = ${account ?? null} group by account order by account`;
  return new Map(rows.map((row) => [row.account, BigInt(row.sum)]));
}
