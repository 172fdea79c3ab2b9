/**
 * From a path on a disk to a verdict: reads a bundle's folder or zip file and audits it on all cores. For Node; everything a browser can
 * use is in index.ts.
 */
import { randomBytes } from 'node:crypto';
import { BundleError, readBundle } from '../folder.ts';
import { VerifierThreads } from '../verifier/threads.ts';
import { type AuditOptions, auditBundle } from './audit.ts';
import { lines } from './checks.ts';
import { auditMain, isMainBundle } from './main/index.ts';
import { type Verdict, withoutGenesis } from './verdict.ts';

export interface PathOptions extends Partial<AuditOptions> {
  /** address of a module with a faster backend, for the threads: see verifier/threads.ts. Default: @noble/curves */
  backendModule?: URL;
}

/**
 * Audits the bundle at a path.
 * @returns the verdict, also when there is no such folder or file; its exitCode is the process's
 */
export async function auditPath(path: string, { backendModule, ...options }: PathOptions = {}): Promise<Verdict> {
  let files: Map<string, string>;
  try {
    files = await readBundle(path);
  } catch (error) {
    if (error instanceof BundleError)
      return withoutGenesis(lines({ id: '3', name: 'bundle' }, [{ detail: error.message, status: 'unreadable' }], ''));
    throw error;
  }
  return auditFiles(files, { backendModule, ...options });
}

/** What an audit of a main chain has no use for: its ranges hang on no earlier one, and nobody's bill is left out of one. */
function refusedOf({ since, only }: PathOptions): Verdict | null {
  const option = since ? 'an earlier audit to go on from' : only ? 'some bills alone' : null;
  const detail = `expected no ${option}: a main chain’s range hangs on no earlier one, and is audited as a whole`;
  return option && withoutGenesis(lines({ id: '3', name: 'bundle' }, [{ detail, status: 'unreadable' }], ''));
}

/** Audits the files of a bundle, wherever they are from: of a community's chain, or of a main chain. */
export async function auditFiles(files: ReadonlyMap<string, string>, { backendModule, ...options }: PathOptions = {}): Promise<Verdict> {
  const random = (length: number): Uint8Array => randomBytes(length);
  const threads = new VerifierThreads(random, { backendModule });
  const isMain = isMainBundle(files);
  const refused = isMain ? refusedOf(options) : null;
  if (refused) return refused;
  const audit = isMain ? auditMain : auditBundle;
  return audit(files, {
    developmentKeys: false,
    random,
    ...(options.random || options.backend ? {} : { verifyClaims: (vk, claims) => threads.verifyBatch(vk, claims) }),
    ...options,
  }).finally(() => threads.close());
}
