/**
 * What the auditor says of the kept bundles, as text and as data, with what the next audit goes on from. The random weights of its
 * batches are fixed; no verdict may hang on them.
 */
import { createHash } from 'node:crypto';
import { wasmBackend } from '../../src/node/proofs/backend-wasm.ts';
import type { AuditOptions } from '../../src/reader/audit/index.ts';
import { auditBundle, encodeResume, formatVerdict } from '../../src/reader/audit/index.ts';
import { DAY1, load } from '../kit/audit/bundles.ts';
import { saidBefore } from '../kit/audit/earlier.ts';
import { exported } from '../kit/audit/verdicts.ts';
import type { Answers } from './answers.ts';

/** The same bytes at every run. */
function fixedRandom(): (length: number) => Uint8Array {
  let drawn = 0;
  return (length) => Uint8Array.from({ length }, (_, i) => createHash('sha256').update(`golden ${drawn++} ${i}`).digest()[0]);
}

const backend = await wasmBackend();

export const fixedOptions = (): AuditOptions => ({
  developmentKeys: true,
  random: fixedRandom(),
  backend,
});

/** As a node audits itself before it anchors: nothing of it on the chain. */
function draft(): Map<string, string> {
  const files = exported();
  for (const path of [...files.keys()]) if (/light\.json$|state\.json$/.test(path)) files.delete(path);
  return saidBefore(files);
}

const CASES: Record<string, () => [Map<string, string>, Partial<AuditOptions>?]> = {
  honest: () => [load('honest')],
  substituted: () => [load('substituted')],
  raised: () => [load('raised')],
  moved: () => [load('moved')],
  'broken-link': () => [load('broken-link')],
  exceptions: () => [load('exceptions')],
  corrected: () => [load('corrected')],
  exported: () => [exported()],
  draft: () => [draft(), { draft: true }],
  'without-book': () => [new Map([...load('honest')].filter(([path]) => path !== `days/${DAY1}/book.json`))],
  'without-keys': () => [load('honest'), { developmentKeys: false }],
};

export async function auditAnswers(): Promise<Answers> {
  const answers: Answers = {};
  for (const [name, make] of Object.entries(CASES)) {
    const [files, over] = make();
    // What the fixtures do not hold themselves: the chain's word, as the test community's validators sign it.
    for (const [path, text] of files) if (/light\.json$|state\.json$|genesis\.json$/.test(path)) answers[`${name}/${path}`] = text;
    const verdict = await auditBundle(files, { ...fixedOptions(), ...over });
    answers[`${name}/verdict.txt`] = formatVerdict(verdict);
    answers[`${name}/verdict.json`] = JSON.stringify(verdict);
    if (verdict.resume) answers[`${name}/resume.json`] = encodeResume(verdict.resume);
  }
  return answers;
}
