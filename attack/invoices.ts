/**
 * A signed invoice line that does not open (protocol §6 Invoices). The operator raises one line, adds up again, and signs. Signature and total are right, so only the opening
 * against the book's B tells; and what it tells can be shown to anybody.
 */
import { OWN_OPTIONS, bundle, exportText, invoiceText, openingsOf, operator, signed, withChain } from '../test/support/member.ts';
import { CHAIN_ID } from '../test/support/audit/readings.ts';
import { encodeEvidence, verifyBill, verifyEvidence } from '../src/member/index.ts';
import { invoiceFaults } from '../src/member/invoice.ts';
import { once } from './support/once.ts';
import type { Attack, Outcome } from './attack.ts';

const group = 'invoices';
const ME = 'rural-003';
const files = once(() => withChain(bundle()));
const raised = () => openingsOf(ME).map((line, i) => (i === 1 ? { ...line, amountNel: line.amountNel + 1n } : line));

async function falseLine(): Promise<Outcome> {
  const verdict = await verifyBill({ files: files(), meterExport: exportText(ME), invoice: invoiceText(raised()) }, { ...OWN_OPTIONS, quick: true });
  const [evidence] = verdict.evidence;
  const shown = evidence ? await verifyEvidence(encodeEvidence(evidence), files(), OWN_OPTIONS) : null;
  const { invoice, ...signature } = signed(raised());
  const faults = invoiceFaults({ invoice, ...signature }, { chainId: CHAIN_ID, operator: operator.address });
  return {
    refusals: verdict.checks.filter((c) => c.status === 'failed').map((c) => c.name),
    without: { succeeds: faults.length === 0, how: 'by signature, month and total alone the invoice is in order' },
    figures: [`for a stranger with the bundle the evidence ${shown?.status ?? 'is missing'}: ${shown?.checks.filter((c) => c.ok).map((c) => c.name).join(', ')}`],
  };
}

/** An operator who is accused of a line that it never signed. */
async function madeUpEvidence(): Promise<Outcome> {
  const verdict = await verifyBill({ files: files(), meterExport: exportText(ME), invoice: invoiceText(raised()) }, { ...OWN_OPTIONS, quick: true });
  const [evidence] = verdict.evidence;
  const honest = signed(openingsOf(ME));
  const madeUp = { ...evidence, signature: honest.signature };
  const shown = await verifyEvidence(encodeEvidence(madeUp), files(), OWN_OPTIONS);
  return {
    refusals: shown.checks.filter((c) => !c.ok).map((c) => c.name),
    without: { succeeds: shown.checks.every((c) => c.ok || c.name === 'signature'), how: 'line, book and opening of the made-up evidence are in order' },
  };
}

export const invoiceAttacks: readonly Attack[] = [
  { name: 'invoice-line-that-does-not-open', group, by: 'operator', does: 'raises a line of a signed invoice by a nELECTRA', refusedBy: ['opening'], run: falseLine },
  { name: 'evidence-made-up', group, by: 'forger', does: 'accuses the operator of a line that it did not sign', refusedBy: ['signature'], run: madeUpEvidence },
];
