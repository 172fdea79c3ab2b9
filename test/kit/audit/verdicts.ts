/** Short forms of a verdict for assertions. */
import { randomBytes } from 'node:crypto';
import { wasmBackend } from '../../../src/node/proofs/backend-wasm.ts';
import { type AuditOptions, auditBundle, type Check, type Verdict } from '../../../src/reader/audit/index.ts';
import { auditedBefore, type BundleName, DAY1, load } from './bundles.ts';
import { withChain } from './chain.ts';
import { saidBefore } from './earlier.ts';
import { remembering } from './remembered.ts';

/** As an auditor's, who verifies every proof of every bundle. */
export const EVERY_PROOF: AuditOptions = {
  developmentKeys: true,
  random: (length) => randomBytes(length),
  backend: await wasmBackend(),
};

const verifyClaims = remembering(EVERY_PROOF);

/** Proofs are remembered, unless a test brings randomness or a backend to verify by. */
const optionsOf = (over: Partial<AuditOptions>): AuditOptions => ({
  ...EVERY_PROOF,
  ...(over.random || over.backend ? {} : { verifyClaims }),
  ...over,
});

/** Audits a bundle on a chain that says what its files say: see chain.ts. */
export const auditOf = (files: ReadonlyMap<string, string>, over: Partial<AuditOptions> = {}): Promise<Verdict> =>
  auditAsIs(withChain(new Map(files)), over);

/** Audits a bundle with the chain that is in it; the reader has audited the day before, where its proofs are not given. */
export const auditAsIs = (files: ReadonlyMap<string, string>, over: Partial<AuditOptions> = {}): Promise<Verdict> =>
  auditBundle(over.draft ? saidBefore(files) : files, optionsOf({ auditedBooks: auditedBefore(files), ...over }));

/** The second day to be audited, the first there for its links, without its proofs: for a reader who has audited it before. */
export function exported(name: BundleName = 'honest'): Map<string, string> {
  const files = load(name);
  files.delete(`days/${DAY1}/proofs.json`);
  return files;
}

/** `5 bills` of every line that says so, once each. */
export const namesOf = (verdict: Verdict, status: Check['status'] = 'failed'): string[] =>
  [...new Set(verdict.checks.filter((c) => c.status === status).map((c) => `${c.id} ${c.name}`))].sort();

export const linesOf = (verdict: Verdict, name: string, status: Check['status'] = 'failed'): Check[] =>
  verdict.checks.filter((c) => `${c.id} ${c.name}` === name && c.status === status);
