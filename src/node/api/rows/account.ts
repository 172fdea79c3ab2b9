/** A member's own postings, balance and name. Every statement names the owner, besides the policies of the tables. */
import type { Transaction } from '../pool.ts';

export interface PostingRow {
  id: bigint;
  journal: string;
  amount_nel: string;
  day: number;
  version: number;
  balance_nel: string;
}

interface PostingFilter {
  from: number;
  to: number;
  after?: string | null;
  only?: string;
  limit: number;
}

export function readPostings(tx: Transaction, owner: string, { from, to, after, only, limit }: PostingFilter): Promise<PostingRow[]> {
  return tx.query<PostingRow>(
    (sql) => sql`
    select * from (
      select id, journal, amount_nel, day, version, sum(amount_nel) over (order by id) as balance_nel
      from books.posting where account = ${`member:${owner}`}
    ) p where day between ${from} and ${to} ${after ? sql`and id > ${after}::int8` : sql``}
      ${only === undefined ? sql`` : sql`and id = ${only}::int8`}
    order by id limit ${limit}`,
  );
}

export async function readBalance(tx: Transaction, owner: string): Promise<string> {
  const [row] = await tx.query<{ balance: string }>(
    (sql) => sql`
    select coalesce(sum(amount_nel), 0) as balance from books.posting where account = ${`member:${owner}`}`,
  );
  return row.balance;
}

export async function readName(tx: Transaction, owner: string): Promise<string | null> {
  const [row] = await tx.query<{ name: string }>((sql) => sql`select name from books.member where address = ${owner}`);
  return row?.name ?? null;
}
