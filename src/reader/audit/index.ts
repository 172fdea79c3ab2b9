/** The offline audit: pure, no files, no network; runs in Node and in browsers. The door to disks, for Node, is audit-path.ts. */
export type { Files } from '../bundle.ts';
export { type AuditOptions, auditBundle, auditParsed } from './audit.ts';
export type { Check, CheckId, CheckStatus } from './checks.ts';
export { formatVerdict } from './format.ts';
export { encodeResume, parseResume, type Resume } from './resume.ts';
export type { Counts, Verdict } from './verdict.ts';
