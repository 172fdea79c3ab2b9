/**
 * From a path on a disk to a verdict: reads a bundle's folder or zip file and audits it on all cores. For Node; everything a browser can
 * use is in index.ts.
 */
import { randomBytes } from 'node:crypto';
import type { Files } from '../bundle.ts';
import { BundleError, readBundle } from '../folder.ts';
import { VerifierThreads } from '../verifier/threads.ts';
import { type AuditOptions, auditBundle } from './audit.ts';
import { lines } from './checks.ts';
import { againstMain, auditMain, isMainBundle } from './main/index.ts';
import { type Verdict, withoutGenesis } from './verdict.ts';

export interface PathOptions extends Partial<AuditOptions> {
  /** address of a module with a faster backend, for the threads: see verifier/threads.ts. Default: @noble/curves */
  backendModule?: URL;
  /** with a main chain's bundle: those of communities of the same days, which are audited too */
  communities?: readonly Files[];
  /** with a community's bundle: that of the main chain on which it shares */
  main?: Files;
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

/** What an audit has no use for: a main chain's hangs on no earlier one and leaves nobody's bill out; others' bundles go with one kind. */
function refusedOf({ since, only, main, communities }: PathOptions, isMain: boolean): Verdict | null {
  const refused = (detail: string) => withoutGenesis(lines({ id: '3', name: 'bundle' }, [{ detail, status: 'unreadable' }], ''));
  if (!isMain) return communities?.length ? refused('expected the bundle of a main chain, where those of communities are given') : null;
  if (main) return refused('expected the bundle of a community, where that of its main chain is given');
  if (since) return refused('expected no earlier audit to go on from: a main chain’s range hangs on none');
  return only ? refused('expected no choice of bills: a main chain’s range is audited as a whole') : null;
}

/** Audits the files of a bundle, wherever they are from: of a community's chain, or of a main chain. */
export async function auditFiles(files: ReadonlyMap<string, string>, { backendModule, ...options }: PathOptions = {}): Promise<Verdict> {
  const random = (length: number): Uint8Array => randomBytes(length);
  const isMain = isMainBundle(files);
  const refused = refusedOf(options, isMain);
  if (refused) return refused;
  const threads = new VerifierThreads(random, { backendModule });
  const verifyClaims: AuditOptions['verifyClaims'] = (vk, claims) => threads.verifyBatch(vk, claims);
  const whole = { developmentKeys: false, random, ...(options.random || options.backend ? {} : { verifyClaims }), ...options };
  try {
    if (isMain) return await auditMain(files, whole);
    const verdict = await auditBundle(files, whole);
    // What the reader trusts of the community says nothing of the main chain.
    const { genesisHash: _hash, trustedHeader: _header, ...forMain } = whole;
    return options.main ? await againstMain(verdict, files, options.main, forMain) : verdict;
  } finally {
    await threads.close();
  }
}
