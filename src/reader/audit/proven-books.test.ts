/** What the chain would take or refuse as a proven book (sdk/vectors/prove-book.json), as the audit judges the bundle of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filesOf } from '../../../test/kit/audit/bundles.ts';
import { auditOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { proveCases } from '../../../test/kit/prove-book/cases.ts';
import { proveBookVectors } from '../../../test/kit/prove-book/generate.ts';
import { type ProveCase, SOURCES } from '../../../test/kit/prove-book/make.ts';
import { bookPath, canonicalJson, decodeWhole, encodeProofs, encodeWhole, proofsPath } from '../../protocol/index.ts';

const cases = proveCases();

/** The bundle of the day with the case's book and proofs in their place, on a chain that anchored it so. */
function bundleOf({ whole, of, anchor }: ProveCase): Map<string, string> {
  const { bundle, date, version } = SOURCES[of];
  const { bookText, proofs } = decodeWhole(whole);
  const files = filesOf(bundle);
  files.set(bookPath(date, version), bookText);
  files.set(proofsPath(date, version), encodeProofs(proofs));
  const path = `days/${date}/chain.json`;
  const chain = JSON.parse(files.get(path)!);
  if (anchor) Object.assign(chain.anchors[version - 1], { bookHash: anchor.book_hash, totals: anchor.totals });
  files.set(path, canonicalJson(chain));
  return files;
}

test('the vectors are the cases', () => expect(readFileSync('sdk/vectors/prove-book.json', 'utf8')).toBe(proveBookVectors()));

describe('a whole that is taken', () => {
  test.each(cases.filter(({ refused }) => refused === null))('is read and written, and its bundle passes: $name', async (one) => {
    const { bookText, proofs } = decodeWhole(one.whole);
    expect(encodeWhole(bookText, proofs)).toEqual(one.whole);
    expect(namesOf(await auditOf(bundleOf(one)))).toEqual([]);
  });
});

const CODES: Record<string, RegExp> = { ErrWhole: /malformed-whole/, ErrProofForm: /malformed-proof/, ErrBook: /^(?!malformed-proof)/ };

describe('a whole that is refused', () => {
  test.each(cases.filter(({ refused, audit }) => refused !== null && refused in CODES && audit === null))(
    'is not read: $refused, $name',
    ({ whole, refused }) => {
      expect(() => decodeWhole(whole)).toThrow(expect.objectContaining({ code: expect.stringMatching(CODES[refused!]) }));
    },
  );

  test.each(cases.filter(({ audit }) => audit !== null))('makes a bundle that fails: $refused, $name', async (one) => {
    expect(namesOf(await auditOf(bundleOf(one)))).toContain(one.audit);
  });
});
