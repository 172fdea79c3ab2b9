/**
 * The golden answers of this project: what it makes, to the byte, of inputs that never change. They were taken before a rebuilding of its inside, and hold for every later one.
 *
 * **A change of an answer is a change of format** (of the index, books, bundles, bills or verdicts): others have data in the old one. It is made on purpose, with a word in the docs,
 * by `node scripts/run.mjs test/golden/regenerate.ts`; never to make a test green.
 *
 * digests.json has a SHA-256, the length and the beginning of every answer; the short ones that people can read are kept whole beside it, so that a difference shows itself.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** name → exact text */
export type Answers = Record<string, string>;
export type Part = 'index';

interface Digest { sha256: string; bytes: number; begins: string }

/** Kept whole up to this length. */
const KEPT_BYTES = 16_384;
const EXPECTED = fileURLToPath(new URL('./expected', import.meta.url));

const digestOf = (text: string): Digest => ({ sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text), begins: text.slice(0, 60) });
const isKept = (name: string, text: string): boolean => Buffer.byteLength(text) <= KEPT_BYTES && /\.(json|txt|rows)$/.test(name);
const sorted = <T>(record: Record<string, T>): [string, T][] => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

export const digestsOf = (answers: Answers): Record<string, Digest> => Object.fromEntries(sorted(answers).map(([name, text]) => [name, digestOf(text)]));

export const expectedDigests = (part: Part): Record<string, Digest> => JSON.parse(readFileSync(`${EXPECTED}/${part}/digests.json`, 'utf8')) as Record<string, Digest>;

/** The text that is expected, where it is kept whole. */
export function keptText(part: Part, name: string, text: string): string | undefined {
  return isKept(name, text) ? readFileSync(`${EXPECTED}/${part}/${fileOf(name)}`, 'utf8') : undefined;
}

const fileOf = (name: string): string => name.replaceAll('/', '-');

export function writeExpected(part: Part, answers: Answers): void {
  rmSync(`${EXPECTED}/${part}`, { recursive: true, force: true });
  mkdirSync(`${EXPECTED}/${part}`, { recursive: true });
  writeFileSync(`${EXPECTED}/${part}/digests.json`, `${JSON.stringify(digestsOf(answers), null, 2)}\n`);
  for (const [name, text] of Object.entries(answers)) if (isKept(name, text)) writeFileSync(`${EXPECTED}/${part}/${fileOf(name)}`, text);
}
