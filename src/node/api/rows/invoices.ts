/** A member's own signed invoices, exact texts. */
import type { Transaction } from '../pool.ts';

export interface InvoiceRow {
  month: string;
  revision: number;
  invoice: string;
  total_nel: string;
  issued_at: Date;
}

export function readInvoices(
  tx: Transaction,
  owner: string,
  { month, after, limit }: { month?: string; after?: readonly (number | string)[] | null; limit: number },
): Promise<InvoiceRow[]> {
  return tx.query<InvoiceRow>(
    (sql) => sql`
    select month, revision, invoice, total_nel, issued_at from books.invoice
    where member = ${owner} ${month === undefined ? sql`` : sql`and month = ${month}`}
      ${after ? sql`and (month, revision) < (${after[0]}::text, ${after[1]}::int4)` : sql``}
    order by month desc, revision desc limit ${limit}`,
  );
}
