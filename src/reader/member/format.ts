/** A member's verdict as text. Files come from strangers and terminals obey control characters, so none is printed. */
import { notProductionLine, printable } from '../audit/format.ts';
import type { EvidenceVerdict } from './evidence.ts';
import type { OwnCheck } from './own-checks.ts';
import type { OwnVerdict } from './own-verdict.ts';

const SYMBOL: Record<OwnCheck['status'], string> = { passed: '✓', failed: '✗', unreadable: '✗', open: '!', 'not-checked': '–' };

const HEADLINE: Record<OwnVerdict['status'], string> = {
  passed: 'This is my bill, and it is in the audited book.',
  partial: "This is my bill, and it is in the anchored book. Other members' bills were not verified.",
  failed: 'This bill is NOT as it should be.',
  unreadable: 'This bill could NOT be checked.',
  exceptions: 'This is my bill, and it is in the audited book, with exceptions.',
};

const UNOPENED = 'As far as asked this is my bill. What some days come to was not: the invoice given is of another month.';

const PREFIX: Partial<Record<OwnCheck['status'], string>> = { unreadable: 'unreadable: ', 'not-checked': 'not checked: ' };

const line = ({ name, status, detail }: OwnCheck): string => `  ${SYMBOL[status]} ${name.padEnd(12)} ${PREFIX[status] ?? ''}${detail}`;

/** Lines without a last line feed. */
export function formatOwnVerdict(verdict: OwnVerdict): string {
  const out = [
    ...notProductionLine(verdict.audit),
    verdict.status === 'partial' && !verdict.quick ? UNOPENED : HEADLINE[verdict.status],
    `Meter ${verdict.meter ?? 'unknown'} on ${verdict.chainId ?? 'an unknown chain'}`,
  ];
  for (const day of [undefined, ...verdict.days]) {
    const lines = verdict.checks.filter((check) => check.day === day);
    if (lines.length > 0) out.push('', day ?? 'What was given', ...lines.map(line));
  }
  if (verdict.quick)
    out.push('', "Not checked in the quick mode: the other meters' bills, and so that the prices are the rule of everybody's readings.");
  if (verdict.advice.length > 0) out.push('', 'What to do', ...verdict.advice.map((text) => `  ${text}`));
  out.push(
    '',
    ...verdict.audit.notes.map((note) => `Note: ${note}`),
    `Genesis ${verdict.audit.genesisHash ?? 'unreadable'}: compare it with one from a source of your own.`,
  );
  out.push(`${verdict.status.toUpperCase()} (exit code ${verdict.exitCode})`);
  return out.map(printable).join('\n');
}

const EVIDENCE_HEADLINE: Record<EvidenceVerdict['status'], string> = {
  holds: 'The evidence HOLDS: the operator signed a bill that its own anchored book contradicts.',
  refuted: 'The evidence does NOT hold.',
  unreadable: 'The evidence could NOT be checked.',
};

export function formatEvidence(verdict: EvidenceVerdict): string {
  return [
    ...notProductionLine(verdict),
    EVIDENCE_HEADLINE[verdict.status],
    ...verdict.checks.map((c) => `  ${c.ok ? '✓' : '✗'} ${c.name.padEnd(12)} ${c.detail}`),
    `Genesis ${verdict.genesisHash ?? 'unreadable'} names the operator: compare it with one from a source of your own.`,
    `exit code ${verdict.exitCode}`,
  ]
    .map(printable)
    .join('\n');
}
