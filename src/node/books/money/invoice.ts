/**
 * A member's invoice of a calendar month (protocol §6): of each of its meters' days the newest released bill, with the opening that goes to
 * the member alone, signed by the operator's chain key. What was issued stays; when a correction has changed the month, issuing again adds
 * a revision.
 */
import {
  type BillOpening,
  compareBills,
  encodeInvoice,
  encodeSignedInvoice,
  type Invoice,
  monthDays,
  parseSignedInvoice,
  totalOf,
} from '../../../protocol/index.ts';
import type { Sql } from '../../db/index.ts';
import type { Signer } from '../../signer/client.ts';
import { BooksError } from '../errors.ts';
import { anyGenesisOf, type Db, operatorOf } from '../intake/chain-view.ts';

/** What an invoice comes to. For who may see amounts: the operator, on the node. */
export interface Previewed {
  member: string;
  month: string;
  revision: number;
  lines: number;
  totalNel: bigint;
  /** false: the newest revision says the same already */
  isNew: boolean;
}

export interface Issued extends Previewed {
  /** the signed invoice, exact text */
  text: string;
}

interface BillRow {
  day: number;
  version: number;
  book_hash: Buffer;
  meter: string;
  amount_nel: string;
  bill_blinding: string;
}

/** The newest released bill of each meter and day of a month, in the invoice's order. A correction under way is for the next revision. */
async function billsOf(sql: Db, member: string, month: string): Promise<BillOpening[]> {
  const { first, last } = monthDays(month);
  const rows = await sql<BillRow[]>`
    select day, version, book_hash, meter, amount_nel, bill_blinding from books.released_entry
    where member = ${member} and day between ${first} and ${last}`;
  return rows
    .map((row) => ({
      day: row.day,
      version: row.version,
      bookHash: row.book_hash.toString('hex'),
      meter: row.meter,
      amountNel: BigInt(row.amount_nel),
      s: BigInt(row.bill_blinding),
    }))
    .sort(compareBills);
}

/** What an invoice would say now; null where no bill of the month is released. */
export async function composeInvoice(
  sql: Db,
  { member, month, operator }: { member: string; month: string; operator: string },
): Promise<Invoice | null> {
  const lines = await billsOf(sql, member, month);
  const { chainId } = await anyGenesisOf(sql);
  return lines.length === 0 ? null : { chainId, operator, member, month, lines, totalNel: totalOf(lines) };
}

/** Members with a released bill in the month. */
export async function membersBilled(sql: Db, month: string): Promise<string[]> {
  const { first, last } = monthDays(month);
  const rows = await sql<{ member: string }[]>`
    select distinct member from books.released_entry where day between ${first} and ${last} order by member`;
  return rows.map((row) => row.member);
}

/** The newest revision, and whether it says just what an invoice would say now. */
async function newestOf(sql: Db, invoice: Invoice): Promise<{ revision: number; text: string; isCurrent: boolean } | null> {
  const { member, month } = invoice;
  const [newest] = await sql<{ revision: number; invoice: string }[]>`
    select revision, invoice from books.invoice where member = ${member} and month = ${month} order by revision desc limit 1`;
  if (!newest) return null;
  const isCurrent = encodeInvoice(parseSignedInvoice(newest.invoice).invoice) === encodeInvoice(invoice);
  return { revision: newest.revision, text: newest.invoice, isCurrent };
}

const previewOf = ({ member, month, lines, totalNel }: Invoice, newest: { revision: number; isCurrent: boolean } | null): Previewed => ({
  member,
  month,
  revision: newest?.isCurrent ? newest.revision : (newest?.revision ?? 0) + 1,
  lines: lines.length,
  totalNel,
  isNew: !newest?.isCurrent,
});

/** What issuing would say now; nothing is signed, nothing is kept. Null where there is nothing to invoice. */
export async function previewInvoice(sql: Db, about: { member: string; month: string }): Promise<Previewed | null> {
  const invoice = await composeInvoice(sql, { ...about, operator: await operatorOf(sql) });
  return invoice && previewOf(invoice, await newestOf(sql, invoice));
}

/**
 * Issues a member's invoice, unless the newest revision says the same.
 * @returns null where there is nothing to invoice
 * @throws BooksError wrong-operator when the signer's account is not the chain's operator
 */
export async function issueInvoice(
  sql: Sql,
  signer: Pick<Signer, 'address' | 'signInvoice'>,
  { member, month }: { member: string; month: string },
): Promise<Issued | null> {
  const operator = await signer.address();
  const expected = await operatorOf(sql);
  if (operator !== expected) throw new BooksError('wrong-operator', `the signer is ${operator}, the chain's operator is ${expected}`);
  const invoice = await composeInvoice(sql, { member, month, operator });
  if (!invoice) return null;
  const newest = await newestOf(sql, invoice);
  const about = previewOf(invoice, newest);
  if (newest?.isCurrent) return { ...about, text: newest.text };
  const text = encodeSignedInvoice({ invoice, ...(await signer.signInvoice(encodeInvoice(invoice))) });
  const done = await sql`
    insert into books.invoice (member, month, revision, invoice, total_nel)
    values (${member}, ${month}, ${about.revision}, ${text}, ${String(invoice.totalNel)}) on conflict do nothing`;
  if (done.count === 0) return issueInvoice(sql, signer, { member, month }); // issued twice at once: the other one stands
  return { ...about, text };
}
