/** What the operator gave the member: the signed invoice of a month, or openings without a signature. */
import { type BillOpening, monthDays, ProtocolError, parseOpenings, parseSignedInvoice, type SignedInvoice } from '../../protocol/index.ts';
import type { Bundle } from '../bundle.ts';
import { invoiceFaults } from './invoice.ts';
import { handedOver, type KnownOperator, namedOperator, signableUnixS } from './operators.ts';
import { type OwnCheck, own } from './own-checks.ts';

export interface Delivered {
  signed: SignedInvoice | null;
  openings: readonly BillOpening[];
  covers: { first: number; last: number } | null;
  chainId: string;
}

/** Parses, or says why not: text that is no JSON is unreadable, any other fault a failure. */
export function reading<T>(name: OwnCheck['name'], parse: () => T, checks: OwnCheck[]): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    checks.push(own(name, error.code === 'not-json' ? 'unreadable' : 'failed', error.message));
    return null;
  }
}

export function readDelivered(
  { invoice, openings }: { invoice?: string; openings?: string },
  { operators, chainId, days }: { operators: readonly KnownOperator[] | null; chainId: string | null; days: Bundle['days'] },
  checks: OwnCheck[],
): Delivered | null {
  if (invoice === undefined) {
    const file = openings === undefined ? null : reading('openings', () => parseOpenings(openings), checks);
    if (file && chainId !== null && file.chainId !== chainId)
      checks.push(own('openings', 'failed', `of chain ${file.chainId}, expected ${chainId}`));
    return file && { signed: null, openings: file.openings, covers: null, chainId: file.chainId };
  }
  const signed = reading('invoice', () => parseSignedInvoice(invoice), checks);
  if (!signed) return null;
  if (operators === null || chainId === null) {
    checks.push(own('invoice', 'unreadable', 'genesis.json names no operator: nobody can say whose signature is wanted'));
    return null;
  }
  const { month, lines } = signed.invoice;
  const named = namedOperator(operators, signed.invoice.operator);
  const operator = named.address;
  const late = handedOver(named, signableUnixS(month, lines, days));
  const faults = [...invoiceFaults(signed, { chainId, operator }), ...(late === null ? [] : [late])];
  checks.push(
    ...(faults.length > 0
      ? faults.map((fault) => own('invoice', 'failed', fault))
      : [own('invoice', 'passed', `${month}, ${lines.length} bills, signed by the operator ${operator}; the total is their sum`)]),
  );
  return {
    signed: faults.length > 0 ? null : signed,
    openings: signed.invoice.lines,
    covers: monthDays(signed.invoice.month),
    chainId: signed.invoice.chainId,
  };
}
