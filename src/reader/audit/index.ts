/** The offline audit: pure, no files, no network; runs in Node and in browsers. The door to disks, for Node, is audit-path.ts. */
export { auditBundle, auditParsed, type AuditOptions } from './audit.ts';
export { formatVerdict } from './format.ts';
export { encodeResume, parseResume, type Resume } from './resume.ts';
export type { Files } from '../bundle.ts';
export type { Check, CheckId, CheckStatus } from './checks.ts';
export type { Counts, Verdict } from './verdict.ts';
