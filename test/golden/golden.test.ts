// The golden day: index, books, bundles and verdicts are to the byte what they were. Where this fails, a format has changed; see
// answers.ts.
import { expect, test } from 'vitest';
import { digestsOf, expectedDigests, keptText, type Part } from './answers.ts';
import { parts } from './parts.ts';

const SENTENCES: Record<Part, string> = {
  index: 'a recorded chain, indexed again, gives the same rows',
  books: 'the same boxes and draws give the same books, proof inputs, postings, invoices and bundles',
  audit: 'the same bundles get the same verdicts',
  member: 'the same bills and evidence get the same verdicts',
  vectors: 'other implementations are built against the same vectors',
};

test.for(Object.entries(SENTENCES) as [Part, string][])('%s: %s', { timeout: 120_000 }, async ([part]) => {
  const answers = await parts[part]();
  for (const [name, text] of Object.entries(answers)) {
    const kept = keptText(part, name);
    if (kept !== undefined) expect(text, name).toBe(kept);
  }
  expect(digestsOf(answers)).toEqual(expectedDigests(part));
});
