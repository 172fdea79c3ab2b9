/** The offline audit: pure, no files, no network; runs in Node and in browsers. The folder reader for Node is audit.ts. */
export { auditBundle, type AuditOptions } from './audit-bundle.ts';
export { formatVerdict } from './format.ts';
export { encodeResume, parseResume, type Resume } from './resume.ts';
export type { Files } from './files.ts';
export type { Check, CheckId, CheckStatus, Counts, Verdict } from './verdict.ts';
