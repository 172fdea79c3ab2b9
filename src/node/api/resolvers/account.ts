/** A member's own account: the postings that released days made to it. */
import type { PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { globalId } from '../ids.ts';
import type { PostingRow } from '../rows/account.ts';
import { readBalance, readName, readPostings } from '../rows/account.ts';

export const ownStatement = (args: PageArgs & { from?: number | null; to?: number | null }, context: Context) => {
  const { from, to } = dayRange(args);
  return page<PostingRow>(args, {
    shape: ['int'],
    keyOf: (row) => [String(row.id)],
    read: (after, limit) => readPostings(context.tx, viewerOf(context).address, { from, to, after: after && String(after[0]), limit }),
  });
};

export const ownBalance = (context: Context): Promise<string> => readBalance(context.tx, viewerOf(context).address);

export const ownName = (context: Context): Promise<string | null> => readName(context.tx, viewerOf(context).address);

export const Posting = {
  id: (row: PostingRow) => globalId('Posting', row.id),
  amountNel: (row: PostingRow) => row.amount_nel,
  balanceNel: (row: PostingRow) => row.balance_nel,
};
