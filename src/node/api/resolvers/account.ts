/** A member's own account: the postings that released days made to it. */
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { dayRange, page } from '../connection.ts';
import type { PageArgs } from '../connection.ts';
import { globalId } from '../ids.ts';
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
      select id, journal, amount_nel, day, version, sum(amount_nel) over (order by id) as balance_nel from books.posting where account = ${`member:${owner}`}
    ) p where day between ${from} and ${to} ${after ? sql`and id > ${after}::int8` : sql``} ${only === undefined ? sql`` : sql`and id = ${only}::int8`}
    order by id limit ${limit}`,
  );
}

export const ownStatement = (args: PageArgs & { from?: number | null; to?: number | null }, context: Context) => {
  const { from, to } = dayRange(args);
  return page<PostingRow>(args, {
    shape: ['int'],
    keyOf: (row) => [String(row.id)],
    read: (after, limit) => readPostings(context.tx, viewerOf(context).address, { from, to, after: after && String(after[0]), limit }),
  });
};

export async function ownBalance(context: Context): Promise<string> {
  const [row] = await context.tx.query<{ balance: string }>(
    (sql) => sql`
    select coalesce(sum(amount_nel), 0) as balance from books.posting where account = ${`member:${viewerOf(context).address}`}`,
  );
  return row.balance;
}

export async function ownName(context: Context): Promise<string | null> {
  const [row] = await context.tx.query<{ name: string }>(
    (sql) => sql`select name from books.member where address = ${viewerOf(context).address}`,
  );
  return row?.name ?? null;
}

export const Posting = {
  id: (row: PostingRow) => globalId('Posting', row.id),
  amountNel: (row: PostingRow) => row.amount_nel,
  balanceNel: (row: PostingRow) => row.balance_nel,
};
