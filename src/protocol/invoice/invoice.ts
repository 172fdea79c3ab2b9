/**
 * The invoice of a member for a calendar month, and the openings of single bills (protocol §6, Invoices).
 *
 *     invoice  chain id, operator, member, month, lines {day, version, bookHash, meter, amountNel, s}, total
 *     head     what the operator signs: the same names, and instead of lines and total their hashes
 *
 * A line that does not open its B is public proof of fraud. So one line must be publishable without the others, and without the month's
 * total: hence the signature covers a list of hashes. Each line carries its s, 31 random bytes, so its hash tells nothing; the total is
 * hashed with a salt that only somebody who has all lines can compute. One canonical text per invoice; lines rise strictly by day, then
 * meter, so that no bill is listed twice.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { AMOUNT_LIMIT } from '../day/commitments.ts';
import { compareAddresses } from '../day/roster.ts';
import { addressBytes } from '../values/address.ts';
import { canonicalJson, type Json, parseCanonical } from '../values/canonical.ts';
import { ProtocolError } from '../values/errors.ts';
import { array, hex, integer, object, oneOf, small, text } from '../values/shape.ts';
import { dateToDay, U32_MAX } from '../values/time.ts';

export const INVOICE_FORMAT = 'electra/signed-invoice/v1';
export const INVOICE_HEAD_FORMAT = 'electra/invoice/v1';
export const OPENINGS_FORMAT = 'electra/openings/v1';

const LINES_MAX = 10_000;
const S_LIMIT = 1n << 248n;

/** One bill's opening: B = P4(4, meterDay, amount, s). */
export interface BillOpening {
  day: number;
  /** of the book that has the bill */
  version: number;
  /** hex */
  bookHash: string;
  /** bech32 */
  meter: string;
  /** negative: the community owes the member */
  amountNel: bigint;
  /** 31 bytes as a number */
  s: bigint;
}

export interface Invoice {
  chainId: string;
  /** bech32, whose chain key signs */
  operator: string;
  /** bech32 wallet address */
  member: string;
  /** `YYYY-MM`, of UTC days */
  month: string;
  lines: readonly BillOpening[];
  /** Σ of the lines */
  totalNel: bigint;
}

export interface SignedInvoice {
  invoice: Invoice;
  /** compressed secp256k1, 33 bytes, hex */
  publicKey: string;
  /** r ‖ s over the head's text, 64 bytes, hex */
  signature: string;
}

/** The openings of a member without a signature, as the API hands them out. */
export interface Openings {
  chainId: string;
  member: string;
  openings: readonly BillOpening[];
}

/** First and last UTC day of a calendar month. @throws ProtocolError unless it is `YYYY-MM` */
export function monthDays(month: string): { first: number; last: number } {
  if (!/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(month)) throw new ProtocolError('unparsable', 'month', 'a calendar month YYYY-MM');
  const [year, number] = month.split('-').map(Number);
  const next =
    number === 12 ? `${String(year + 1).padStart(4, '0')}-01` : `${String(year).padStart(4, '0')}-${String(number + 1).padStart(2, '0')}`;
  return { first: dateToDay(`${month}-01`), last: dateToDay(`${next}-01`) - 1 };
}

/** The order of lines: by day, then by address bytes. */
export const compareBills = (a: Pick<BillOpening, 'day' | 'meter'>, b: Pick<BillOpening, 'day' | 'meter'>): number =>
  a.day - b.day || compareAddresses(a.meter, b.meter);

const openingJson = (o: BillOpening): { [key: string]: Json } => ({
  day: String(o.day),
  version: String(o.version),
  bookHash: o.bookHash,
  meter: o.meter,
  amountNel: String(o.amountNel),
  s: String(o.s),
});

const hashed = (tag: string, body: string): string => bytesToHex(sha256(concatBytes(utf8ToBytes(tag), utf8ToBytes(body))));

/** The hash of one line in the head, hex. */
export const lineHash = (line: BillOpening): string => hashed('electra/invoice-line/v1', canonicalJson(openingJson(line)));

function totalHash(invoice: Invoice): string {
  const salt = hashed('electra/invoice-salt/v1', canonicalJson(invoice.lines.map(openingJson)));
  return hashed('electra/invoice-total/v1', canonicalJson({ salt, totalNel: String(invoice.totalNel) }));
}

/** The text that the operator signs. */
export function invoiceHead(invoice: Invoice): string {
  const { chainId, operator, member, month, lines } = invoice;
  return canonicalJson({
    format: INVOICE_HEAD_FORMAT,
    chainId,
    operator,
    member,
    month,
    lines: lines.map(lineHash),
    total: totalHash(invoice),
  });
}

export interface InvoiceHead {
  chainId: string;
  operator: string;
  member: string;
  month: string;
  lines: readonly string[];
  total: string;
}

const address = (value: Json, field: string): string => {
  const found = text(value, field);
  addressBytes(found, field);
  return found;
};

const monthOf = (value: Json, field: string): string => {
  const month = text(value, field, /^[0-9]{4}-(0[1-9]|1[0-2])$/, 'a calendar month YYYY-MM');
  monthDays(month);
  return month;
};

/** Reads a head from its exact text. @throws ProtocolError naming the field */
export function parseInvoiceHead(bytes: string): InvoiceHead {
  const h = object(parseCanonical(bytes, 'head'), 'head', ['format', 'chainId', 'operator', 'member', 'month', 'lines', 'total']);
  oneOf(h.format, 'head.format', [INVOICE_HEAD_FORMAT]);
  return {
    chainId: text(h.chainId, 'head.chainId'),
    operator: address(h.operator, 'head.operator'),
    member: address(h.member, 'head.member'),
    month: monthOf(h.month, 'head.month'),
    lines: array(h.lines, 'head.lines').map((line, i) => hex(line, `head.lines[${i}]`)),
    total: hex(h.total, 'head.total'),
  };
}

export function parseOpening(value: Json, field: string): BillOpening {
  const o = object(value, field, ['day', 'version', 'bookHash', 'meter', 'amountNel', 's']);
  const amountNel = integer(o.amountNel, `${field}.amountNel`);
  if (amountNel >= AMOUNT_LIMIT || amountNel <= -AMOUNT_LIMIT)
    throw new ProtocolError('out-of-range', `${field}.amountNel`, '|amount| < 2^60 nELECTRA');
  const s = integer(o.s, `${field}.s`);
  if (s < 0n || s >= S_LIMIT) throw new ProtocolError('out-of-range', `${field}.s`, '31 bytes as a number');
  return {
    day: small(o.day, `${field}.day`, 0, U32_MAX),
    version: small(o.version, `${field}.version`, 1, U32_MAX),
    bookHash: hex(o.bookHash, `${field}.bookHash`),
    meter: address(o.meter, `${field}.meter`),
    amountNel,
    s,
  };
}

export const encodeOpening = openingJson;

function openingList(value: Json, field: string): BillOpening[] {
  const list = array(value, field);
  if (list.length > LINES_MAX) throw new ProtocolError('out-of-range', field, `at most ${LINES_MAX} bills`);
  const openings = list.map((line, i) => parseOpening(line, `${field}[${i}]`));
  openings.forEach((line, i) => {
    if (i > 0 && compareBills(openings[i - 1], line) >= 0)
      throw new ProtocolError('not-sorted', `${field}[${i}]`, 'bills rising strictly by day, then meter (one is doubled or out of order)');
  });
  return openings;
}

const invoiceJson = (i: Invoice): Json => ({
  chainId: i.chainId,
  operator: i.operator,
  member: i.member,
  month: i.month,
  lines: i.lines.map(openingJson),
  totalNel: String(i.totalNel),
});

/**
 * Reads the content of an invoice: every field in form, every day in the month. Whether the total is the sum is for the reader to judge: a
 * wrong one is a finding, no typing error. @throws ProtocolError naming the field
 */
export function parseInvoice(value: Json): Invoice {
  const v = object(value, 'invoice', ['chainId', 'operator', 'member', 'month', 'lines', 'totalNel']);
  const month = monthOf(v.month, 'invoice.month');
  const { first, last } = monthDays(month);
  const lines = openingList(v.lines, 'invoice.lines');
  const outside = lines.findIndex((line) => line.day < first || line.day > last);
  if (outside >= 0) throw new ProtocolError('out-of-range', `invoice.lines[${outside}].day`, `a day of ${month}`);
  return {
    chainId: text(v.chainId, 'invoice.chainId'),
    operator: address(v.operator, 'invoice.operator'),
    member: address(v.member, 'invoice.member'),
    month,
    lines,
    totalNel: integer(v.totalNel, 'invoice.totalNel'),
  };
}

/** What a member is sent: canonical JSON. */
export const encodeSignedInvoice = ({ invoice, publicKey, signature }: SignedInvoice): string =>
  canonicalJson({ format: INVOICE_FORMAT, invoice: invoiceJson(invoice), publicKey, signature });

/** The text of an invoice for whoever has to sign it. */
export const encodeInvoice = (invoice: Invoice): string => canonicalJson(invoiceJson(invoice));

/** Reads a signed invoice from its exact bytes; the signature is not verified here. @throws ProtocolError naming the field */
export function parseSignedInvoice(bytes: string): SignedInvoice {
  const f = object(parseCanonical(bytes, 'invoice'), 'signed invoice', ['format', 'invoice', 'publicKey', 'signature']);
  oneOf(f.format, 'signed invoice.format', [INVOICE_FORMAT]);
  return {
    invoice: parseInvoice(f.invoice),
    publicKey: hex(f.publicKey, 'signed invoice.publicKey', 33),
    signature: hex(f.signature, 'signed invoice.signature', 64),
  };
}

export const encodeOpenings = ({ chainId, member, openings }: Openings): string =>
  canonicalJson({ format: OPENINGS_FORMAT, chainId, member, openings: openings.map(openingJson) });

/** Reads openings from their exact bytes. @throws ProtocolError naming the field */
export function parseOpenings(bytes: string): Openings {
  const f = object(parseCanonical(bytes, 'openings'), 'openings', ['format', 'chainId', 'member', 'openings']);
  oneOf(f.format, 'openings.format', [OPENINGS_FORMAT]);
  return {
    chainId: text(f.chainId, 'openings.chainId'),
    member: address(f.member, 'openings.member'),
    openings: openingList(f.openings, 'openings.openings'),
  };
}

/** Σ of amounts. */
export const totalOf = (lines: readonly Pick<BillOpening, 'amountNel'>[]): bigint => lines.reduce((sum, line) => sum + line.amountNel, 0n);
