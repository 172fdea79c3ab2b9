/**
 * A member's balance in ELECTRA within the community's ledger: the account `balance:<member>`, which is negative for what the member has.
 * Whoever has linked an account of the main chain has one (docs/balance.md). Bills that are posted from then on draw on it, as far as it
 * goes: what it does not cover stays a debt on `member:<member>`, and the next top-up pays that first. What a member has earned goes to
 * it. Postgres refuses a balance below zero.
 */
import type { Sql, Tx } from '../../db/index.ts';

export const balanceAccount = (member: string): string => `balance:${member}`;
/** What was taken off balances, and is not seen paid on the main chain yet. */
export const TRANSIT = 'transit';

/** One transaction at a time moves balances: each looks at what the one before has left. */
export const lockBalances = (tx: Tx) => tx`select pg_advisory_xact_lock(hashtext('electra.books.balances'))`;

/** How much of what is owed (negative: earned) a balance takes. */
export function drawOf({ owedNel, balanceNel }: { owedNel: bigint; balanceNel: bigint }): bigint {
  return owedNel < balanceNel ? owedNel : balanceNel;
}

/** A journal of two accounts. Returns 0, and posts nothing, where it is there already or moves nothing. */
export async function move(
  tx: Tx,
  { journal, day, from, to, amountNel }: { journal: string; day: number; from: string; to: string; amountNel: bigint },
): Promise<number> {
  const [{ there }] = await tx<{ there: boolean }[]>`select exists (select from books.posting where journal = ${journal}) as there`;
  if (there || amountNel === 0n) return 0;
  await tx`
    insert into books.posting (journal, account, amount_nel, day, version)
    values (${journal}, ${from}, ${String(-amountNel)}, ${day}, 1), (${journal}, ${to}, ${String(amountNel)}, ${day}, 1)`;
  return 1;
}

interface OpenRow {
  member: string;
  owed: string;
  balance: string;
}

/** Of members with an account: what they owe of what was posted since, and what they have. */
const openBills = (tx: Tx): Promise<OpenRow[]> => tx<OpenRow[]>`
  with taking as (
    select member, min(since_posting) as since from books.account_link where since_posting is not null group by member)
  select t.member,
    (select coalesce(sum(amount_nel), 0)::text from books.posting p where p.account = 'member:' || t.member and p.id > t.since) as owed,
    (select coalesce(-sum(amount_nel), 0)::text from books.posting p where p.account = 'balance:' || t.member) as balance
  from taking t order by t.member`;

/**
 * Has balances take what is open, in one journal `draw:<cause>`. Returns how many members it moved.
 * @param cause the journal that left it open
 */
export async function drawBills(tx: Tx, { cause, day }: { cause: string; day: number }): Promise<number> {
  await lockBalances(tx);
  const draws = (await openBills(tx))
    .map(({ member, owed, balance }) => ({ member, drawnNel: drawOf({ owedNel: BigInt(owed), balanceNel: BigInt(balance) }) }))
    .filter(({ drawnNel }) => drawnNel !== 0n);
  const journal = `draw:${cause}`;
  const postings = draws.flatMap(({ member, drawnNel }) => [
    { journal, account: balanceAccount(member), amount_nel: String(drawnNel), day, version: 1 },
    { journal, account: `member:${member}`, amount_nel: String(-drawnNel), day, version: 1 },
  ]);
  if (postings.length > 0) await tx`insert into books.posting ${tx(postings)}`;
  return draws.length;
}

/** What a member has. */
export async function balanceOf(sql: Sql | Tx, member: string): Promise<bigint> {
  const [row] = await sql<{ nel: string }[]>`
    select coalesce(-sum(amount_nel), 0)::text as nel from books.posting where account = ${balanceAccount(member)}`;
  return BigInt(row.nel);
}

/**
 * A payment that was not taken off a balance before: now it is, as far as that goes. What is beyond it the member owes: a top-up, or what
 * it has earned, pays that first: where a restored database releases a day again, the day's earnings are paid out already.
 */
export async function payOff(
  tx: Tx,
  { journal, day, member, amountNel }: { journal: string; day: number; member: string; amountNel: bigint },
): Promise<void> {
  const has = await balanceOf(tx, member);
  const takenNel = has < amountNel ? has : amountNel;
  const postings = [
    { account: 'treasury', amount_nel: -amountNel },
    { account: balanceAccount(member), amount_nel: takenNel },
    { account: `member:${member}`, amount_nel: amountNel - takenNel },
  ].filter(({ amount_nel: moved }) => moved !== 0n);
  const rows = postings.map((one) => ({ ...one, amount_nel: String(one.amount_nel), journal, day, version: 1 }));
  await tx`insert into books.posting ${tx(rows)}`;
}
