/** What a member is told of their own bills, and what a stranger is told of published evidence. */
import type { BillOpening } from '../../src/protocol/index.ts';
import type { OwnInputs } from '../../src/reader/member/index.ts';
import { encodeEvidence, formatEvidence, formatOwnVerdict, verifyBill, verifyEvidence } from '../../src/reader/member/index.ts';
import { EXCEPTIONS } from '../kit/audit/plans.ts';
import { bundle, correctedOpening, exportText, invoiceText, openingsOf, openingsText, withChain } from '../kit/member.ts';
import type { Answers } from './answers.ts';
import { fixedOptions } from './audit-answers.ts';

const ME = 'rural-003';
const own = () => openingsOf(ME, 'substituted');
const dearer = (bills: readonly BillOpening[]): BillOpening[] =>
  bills.map((bill, i) => (i === 1 ? { ...bill, amountNel: bill.amountNel + 1n } : bill));

const CASES: Record<string, () => Omit<OwnInputs, 'files'> & { of: Parameters<typeof bundle>[0] }> = {
  invoice: () => ({ of: 'substituted', meterExport: exportText(ME), invoice: invoiceText(own()) }),
  openings: () => ({ of: 'substituted', meterExport: exportText(ME), openings: openingsText(own()) }),
  raised: () => ({ of: 'raised', meterExport: exportText(ME), openings: openingsText(own()) }),
  corrected: () => ({
    of: 'corrected',
    meterExport: exportText(EXCEPTIONS.substitute),
    openings: openingsText([correctedOpening(), openingsOf(EXCEPTIONS.substitute, 'exceptions')[1]]),
  }),
  'false-line': () => ({ of: 'substituted', meterExport: exportText(ME), invoice: invoiceText(dearer(own())) }),
};

export async function memberAnswers(): Promise<Answers> {
  const answers: Answers = {};
  for (const [name, make] of Object.entries(CASES)) {
    const { of, ...inputs } = make();
    const files = withChain(bundle(of));
    const verdict = await verifyBill({ ...inputs, files }, { ...fixedOptions(), quick: name !== 'invoice' });
    Object.assign(answers, { [`${name}/export.json`]: inputs.meterExport, [`${name}/bills.json`]: inputs.invoice ?? inputs.openings });
    answers[`${name}/verdict.txt`] = formatOwnVerdict(verdict);
    answers[`${name}/verdict.json`] = JSON.stringify({ ...verdict, evidence: verdict.evidence.map(encodeEvidence) });
    for (const [i, evidence] of verdict.evidence.entries()) {
      answers[`${name}/evidence-${i}.json`] = encodeEvidence(evidence);
      answers[`${name}/evidence-${i}.txt`] = formatEvidence(await verifyEvidence(encodeEvidence(evidence), files, fixedOptions()));
    }
  }
  return answers;
}
