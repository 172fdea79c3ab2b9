/**
 * `electra audit DIR`: reads a bundle's folder and audits it. Node only; everything a browser can use is in index.ts.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { auditBundle, type AuditOptions } from './audit-bundle.ts';
import { VerifierThreads } from '../verifier/threads.ts';
import { BundleError, readBundle } from './read-bundle.ts';
import { lines, withoutGenesis, type Verdict } from './verdict.ts';

export { formatVerdict } from './format.ts';
export { BundleError, readBundle } from './read-bundle.ts';
export type { Verdict } from './verdict.ts';

const MARKER = new URL('../../../circuits/keys/development.json', import.meta.url);

/** Hashes of the development keys that this repository ships, as marked in circuits/keys. */
export async function shippedDevelopmentKeys(): Promise<ReadonlySet<string>> {
  const marker = JSON.parse(await readFile(MARKER, 'utf8')) as { keys: readonly { keyHash: string }[] };
  return new Set(marker.keys.map((key) => key.keyHash));
}

/**
 * Audits the bundle in a folder.
 * @returns the verdict, also when there is no such folder; its exitCode is the process's
 */
export async function audit(dir: string, options: Partial<AuditOptions> = {}): Promise<Verdict> {
  let files: Map<string, string>;
  try {
    files = await readBundle(dir);
  } catch (error) {
    if (error instanceof BundleError)
      return withoutGenesis(lines({ id: '3', name: 'bundle' }, [{ detail: error.message, status: 'unreadable' }], ''));
    throw error;
  }
  const random = (length: number): Uint8Array => randomBytes(length);
  const threads = new VerifierThreads(random);
  return auditBundle(files, {
    developmentKeys: false,
    random,
    ...(options.random || options.backend ? {} : { verifyClaims: (vk, claims) => threads.verifyBatch(vk, claims) }),
    ...options,
    developmentKeyHashes: options.developmentKeyHashes ?? (await shippedDevelopmentKeys()),
  }).finally(() => threads.close());
}
