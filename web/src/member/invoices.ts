/** Own invoices: the signed texts, and whether one is what it should be. */
import { type Invoice, ProtocolError, parseSignedInvoice } from '../../../src/protocol/index.ts';
import { invoiceFaults } from '../../../src/reader/index.ts';
import { ask } from '../api/client.ts';
import { viewer } from '../api/session.ts';
import { FACT_FIELDS, type Facts, factsOf, type ServiceAnswer } from './question.ts';

export interface InvoiceHead {
  month: string;
  revision: number;
  totalNel: bigint;
  issuedAt: string;
}

export interface Invoices {
  facts: Facts;
  /** newest first, every revision */
  list: readonly InvoiceHead[];
  /** addresses whose signatures were or are the operator's */
  operators: readonly string[];
}

interface Page {
  edges: { node: { month: string; revision: number; totalNel: string; issuedAt: string; text?: string } }[];
}

const LISTED = 100;

const head = ({ month, revision, totalNel, issuedAt }: Page['edges'][number]['node']): InvoiceHead => ({
  month,
  revision,
  totalNel: BigInt(totalNel),
  issuedAt,
});

/** The newest hundred: with a revision now and then, more than seven years. */
export async function askInvoices(): Promise<Invoices> {
  const { service, member } = await ask<{ service: ServiceAnswer & { operators: string[] | null }; member: { invoices: Page } }>(
    `{ service { ${FACT_FIELDS} operators }
       member { invoices(first: ${LISTED}) { edges { node { month revision totalNel issuedAt } } } } }`,
  );
  return { facts: factsOf(service), list: member.invoices.edges.map(({ node }) => head(node)), operators: service.operators ?? [] };
}

/** Exact texts of own invoices by month and revision. */
export async function askTexts(): Promise<{ month: string; revision: number; text: string }[]> {
  const found: { month: string; revision: number; text: string }[] = [];
  let after: string | null = null;
  do {
    const { member }: { member: { invoices: Page & { pageInfo: { hasNextPage: boolean; endCursor: string | null } } } } = await ask(
      `query ($after: String) { member { invoices(first: 12, after: $after) {
        edges { node { month revision totalNel issuedAt text } } pageInfo { hasNextPage endCursor } } } }`,
      { after },
    );
    found.push(...member.invoices.edges.map(({ node: { month, revision, text } }) => ({ month, revision, text: text! })));
    after = member.invoices.pageInfo.hasNextPage ? member.invoices.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

/** The exact text of one: the newest revision is asked for alone, an earlier one is looked for. */
export async function askText({ month, revision }: InvoiceHead): Promise<string | undefined> {
  const { member } = await ask<{ member: { invoice: { revision: number; text: string } | null } }>(
    'query ($month: String!) { member { invoice(month: $month) { revision text } } }',
    { month },
  );
  if (member.invoice?.revision === revision) return member.invoice.text;
  return (await askTexts()).find((one) => one.month === month && one.revision === revision)?.text;
}

export interface Read {
  text: string;
  /** null where it cannot be read */
  invoice: Invoice | null;
  /** what is wrong with it, in the words of the reader; empty where nothing is */
  faults: readonly string[];
}

/** Reads a signed invoice, and judges it: the operator's signature, for this member and community, its total the sum of its lines. */
export function readInvoice(text: string, { chainId, operators }: { chainId: string; operators: readonly string[] }): Read {
  try {
    const signed = parseSignedInvoice(text);
    // Whoever was the operator signed for its time.
    const operator = operators.find((one) => one === signed.invoice.operator) ?? operators.at(-1) ?? '';
    return { text, invoice: signed.invoice, faults: invoiceFaults(signed, { chainId, operator, member: viewer.value?.address }) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { text, invoice: null, faults: [error.message] };
  }
}
