/** The member's own check: pure, no files, no network; runs in Node and in browsers (browser.ts is the entry there). */
export { OPENINGS_DUE_S } from './day-checks.ts';
export { type Evidence, type EvidenceVerdict, encodeEvidence, evidenceName, parseEvidence, verifyEvidence } from './evidence.ts';
export { type ReadingOpening, type ReadingVerdict, verifyReading } from './final-reading.ts';
export { formatEvidence, formatOwnVerdict } from './format.ts';
export { invoiceFaults } from './invoice.ts';
export type { OwnCheck } from './own-checks.ts';
export type { OwnVerdict } from './own-verdict.ts';
export { type BillName, type OwnInputs, type OwnOptions, verifyBill } from './verify-bill.ts';
