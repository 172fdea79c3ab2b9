/** The member's own check: pure, no files, no network; runs in Node and in browsers (browser.ts is the entry there). */
export { OPENINGS_DUE_S, verifyBill, type OwnInputs, type OwnOptions } from './verify-bill.ts';
export { encodeEvidence, evidenceName, parseEvidence, verifyEvidence, type Evidence, type EvidenceVerdict } from './evidence.ts';
export { invoiceFaults } from './invoice.ts';
export { formatEvidence, formatOwnVerdict } from './format.ts';
export type { OwnCheck } from './own-checks.ts';
export type { OwnVerdict } from './own-verdict.ts';
