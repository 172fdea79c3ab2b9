/**
 * Proven bundles of the test community, and ways to tamper with them.
 *
 * Tampering is done as an attacker would who also writes the node's export: {@link reanchor} makes the exported anchor and the proof file
 * follow a changed book, so that a test sees whether the deeper checks hold on their own.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGenesis, type VerificationKeyBytes, verificationKeyId, verificationKeysJson } from '../../../src/protocol/genesis/index.ts';
import { bookHash, type CircuitName, canonicalJson, type Json } from '../../../src/protocol/index.ts';
import { keyBytes } from '../development-keys.ts';
import { withChain } from './chain.ts';

const TESTDATA = fileURLToPath(new URL('../../../src/reader/audit/testdata', import.meta.url));

export const DAY1 = '2026-07-01';
export const DAY2 = '2026-07-02';

/**
 * `honest`: both days pass. `substituted`: they do, and the second has one substitute. The others are named after what is wrong with them;
 * see plans.ts.
 */
export type BundleName = 'honest' | 'substituted' | 'raised' | 'moved' | 'broken-link' | 'exceptions' | 'corrected';

const BUILT_ON: Record<BundleName, readonly string[]> = {
  honest: ['common', 'honest'],
  substituted: ['common', 'honest', 'substituted'],
  raised: ['common', 'honest', 'raised'],
  moved: ['common', 'honest', 'moved'],
  'broken-link': ['common', 'honest', 'broken-link'],
  exceptions: ['common', 'exceptions'],
  corrected: ['common', 'exceptions', 'corrected'],
};

const loaded = new Map<BundleName, Map<string, string>>();

/** A bundle as auditBundle takes it, on a chain that says what it says; fresh at every call. */
export function load(name: BundleName): Map<string, string> {
  if (!loaded.has(name)) loaded.set(name, withChain(filesOf(name)));
  return new Map(loaded.get(name)!);
}

/** A bundle's files as they were proven, without a chain. */
export function filesOf(name: BundleName): Map<string, string> {
  const files = new Map<string, string>();
  for (const layer of BUILT_ON[name]) {
    const root = join(TESTDATA, layer);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(root.length + 1), readFileSync(path, 'utf8'));
    }
  }
  return files;
}

export function writeBundle(files: ReadonlyMap<string, string>, dir: string): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

/** Hashes of the books of a day: what a reader has who audited it before. */
export const booksOf = (files: ReadonlyMap<string, string>, date: string): Set<string> =>
  new Set([...files].flatMap(([path, text]) => (path.startsWith(`days/${date}/book`) ? [bookHash(text)] : [])));

/**
 * What a reader of the tests has audited before: the day before the first, where it comes without its proofs. So a test may change that
 * day's book without proving it anew.
 */
export function auditedBefore(files: ReadonlyMap<string, string>): Set<string> {
  const dates = [...new Set([...files.keys()].flatMap((path) => /^days\/(\d{4}-\d\d-\d\d)\//.exec(path)?.[1] ?? []))].sort();
  return dates.length > 1 && !files.has(`days/${dates[0]}/proofs.json`) ? booksOf(files, dates[0]) : new Set();
}

/** A file of a bundle as a forger edits it: whatever its shape was, anything may be written to it. */
// biome-ignore lint/suspicious/noExplicitAny: a forger keeps to no type; with one, half of the forgeries could not be written.
export type Editable = any;

/** Edits one file and writes it back in canonical form. */
export function edit(files: Map<string, string>, path: string, change: (file: Editable) => void): void {
  const text = files.get(path);
  if (text === undefined) throw new Error(`${path} is not in the bundle`);
  const value = JSON.parse(text) as Json;
  change(value);
  const after = canonicalJson(value);
  if (after === text) throw new Error(`the edit of ${path} changed nothing`);
  files.set(path, after);
}

/** What an operator anchors of a book's text, whatever that text is. */
export function anchorOf(text: string): { bookHash: string; totals: string | null } {
  const { X } = JSON.parse(text);
  return { bookHash: bookHash(text), totals: /^\d+$/.test(X) ? BigInt(X).toString(16).padStart(64, '0') : null };
}

/** Puts another key of a circuit into genesis and its id into every book, as an operator does who made the keys up. */
export function putKey(files: Map<string, string>, circuit: CircuitName, key: VerificationKeyBytes): void {
  const before = readGenesis(JSON.parse(files.get('genesis.json')!)).keyIds[circuit];
  edit(files, 'genesis.json', (genesis) => {
    genesis.app_state.meter.verification_keys = verificationKeysJson({ ...keyBytes(), [circuit]: key });
  });
  for (const [path, text] of files)
    if (/\/book(\.v\d+)?\.json$/.test(path)) files.set(path, text.replaceAll(before, verificationKeyId(circuit, key)));
}

/** Makes the exported anchor and the proof file name the book that is there now. */
export function reanchor(files: Map<string, string>, date: string): void {
  const anchor = anchorOf(files.get(`days/${date}/book.json`)!);
  const hash = anchor.bookHash;
  edit(files, `days/${date}/chain.json`, (chain) => {
    Object.assign(chain.anchors[0], anchor);
  });
  edit(files, `days/${date}/proofs.json`, (proofs) => {
    proofs.bookHash = hash;
  });
}
