/** The reader's doors to a disk and to several cores, for Node. */
export { auditPath, type PathOptions } from './audit/audit-path.ts';
export { BundleError, readBundle } from './folder.ts';
export { VerifierThreads } from './verifier/threads.ts';
