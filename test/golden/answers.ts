/**
 * The golden answers: what this project makes, to the byte, of inputs that never change. They hold however its inside is rebuilt.
 *
 * **A change of an answer is a change of format** (of the index, books, bundles, bills or verdicts): others have data in the old one. It
 * is made on purpose, with a word in the docs, by `node scripts/run.mjs test/golden/regenerate.ts`; never to make a test green.
 *
 * digests.json has a SHA-256, the length and the beginning of every answer. The short ones are kept whole beside it, so that a
 * difference shows itself.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** name → exact text */
export type Answers = Record<string, string>;
export type Part = 'index' | 'books' | 'audit' | 'member' | 'vectors';

interface Digest {
  sha256: string;
  bytes: number;
  begins: string;
}

/** Kept whole up to this length. */
const KEPT_BYTES = 16_384;
const EXPECTED = new URL('./expected/', import.meta.url);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const digestOf = (text: string): Digest => ({ sha256: sha256(text), bytes: Buffer.byteLength(text), begins: text.slice(0, 60) });
const sorted = (answers: Answers): [string, string][] => Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1));
const fileOf = (part: Part, name: string): URL => new URL(`${part}/${name.replaceAll('/', '-')}`, EXPECTED);

export const digestsOf = (answers: Answers): Record<string, Digest> =>
  Object.fromEntries(sorted(answers).map(([name, text]) => [name, digestOf(text)]));

export const expectedDigests = (part: Part): Record<string, Digest> =>
  JSON.parse(readFileSync(fileOf(part, 'digests.json'), 'utf8')) as Record<string, Digest>;

/** The text that is expected, where it is kept whole. */
export function keptText(part: Part, name: string): string | undefined {
  const file = fileOf(part, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Texts that stand under several names are kept once. */
export function writeExpected(part: Part, answers: Answers): void {
  const folder = new URL(`${part}/`, EXPECTED);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(part, 'digests.json'), `${JSON.stringify(digestsOf(answers), null, 2)}\n`);
  const kept = new Set<string>();
  for (const [name, text] of sorted(answers)) {
    if (kept.has(text) || Buffer.byteLength(text) > KEPT_BYTES) continue;
    kept.add(text);
    writeFileSync(fileOf(part, name), text);
  }
}
