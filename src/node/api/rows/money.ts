/** What the operator sees of members' balances: sums, what lies in suspense, payouts that are not over. Empty for everybody else. */
import type { Transaction } from '../pool.ts';
import type { PayoutRow } from './balance.ts';

interface Page {
  after: string | null;
  limit: number;
}

export interface MoneyRow {
  balances_nel: string;
  transit_nel: string;
  treasury_nel: string;
  suspense_nel: string;
}

export async function readMoney(tx: Transaction): Promise<MoneyRow> {
  const [row] = await tx.query<MoneyRow>((sql) => sql`select balances_nel, transit_nel, treasury_nel, suspense_nel from access.money()`);
  return row;
}

export interface SuspenseRow {
  id: bigint;
  journal: string;
  day: number;
  amount_nel: string;
}

/** Newest first. */
export const readSuspense = (tx: Transaction, { after, limit }: Page): Promise<SuspenseRow[]> =>
  tx.query<SuspenseRow>(
    (sql) => sql`
    select id, journal, day, amount_nel from access.suspense_entry
    ${after === null ? sql`` : sql`where id < ${after}::int8`} order by id desc limit ${limit}`,
  );

export type OpenPayoutRow = Omit<PayoutRow, 'done_at' | 'paid_height' | 'paid_tx'>;

/** Oldest first. */
export const readOpenPayouts = (tx: Transaction, { after, limit }: Page): Promise<OpenPayoutRow[]> =>
  tx.query<OpenPayoutRow>(
    (sql) => sql`
    select id, account, counter, amount_nel, asked_at, state, waiting from access.open_payout
    ${after === null ? sql`` : sql`where id > ${after}::int8`} order by id limit ${limit}`,
  );
