/** A member's own signed invoices, as the books issued them: exact texts. */
import { monthDays } from '../../../protocol/invoice/invoice.ts';
import type { PageArgs } from '../connection.ts';
import { page } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { badInput } from '../errors.ts';
import type { Transaction } from '../pool.ts';
import type { InvoiceRow } from '../rows/invoices.ts';
import { readInvoices } from '../rows/invoices.ts';

/** The newest revision, or null. @throws ApiError BAD_USER_INPUT for what is no month */
export async function newestInvoice(tx: Transaction, owner: string, month: string): Promise<InvoiceRow | null> {
  try {
    monthDays(month);
  } catch {
    throw badInput('month', 'a calendar month YYYY-MM');
  }
  return (await readInvoices(tx, owner, { month, limit: 1 }))[0] ?? null;
}

export const ownInvoice = ({ month }: { month: string }, context: Context): Promise<InvoiceRow | null> =>
  newestInvoice(context.tx, viewerOf(context).address, month);

export const ownInvoices = (args: PageArgs, context: Context) =>
  page<InvoiceRow>(args, {
    shape: ['text', 'int'],
    keyOf: (row) => [row.month, row.revision],
    read: (after, limit) => readInvoices(context.tx, viewerOf(context).address, { after, limit }),
  });

export const Invoice = {
  totalNel: (row: InvoiceRow) => row.total_nel,
  issuedAt: (row: InvoiceRow) => row.issued_at,
  text: (row: InvoiceRow) => row.invoice,
};
