/**
 * The tools of a forger who also writes the node's export, for the tests of what the audit refuses.
 *
 * Plain edits break the anchor, which would hide whether anything else holds. So most attackers here also write the node's export: after
 * the edit the exported anchor follows the forged book, and the proof file too where the proofs are what should refuse it. Where a forger
 * would need proofs, they are real: see plans.ts. Elsewhere the proof file stays that of the true book, so that check 4 fails and no
 * pairing is computed.
 */
import { expect } from 'vitest';
import { encodeRoster, rosterDigest } from '../../../src/protocol/index.ts';
import type { Verdict } from '../../../src/reader/audit/index.ts';
import { anchorOf, DAY2, type Editable, edit } from './bundles.ts';
import { realDays } from './readings.ts';
import { auditOf, exported, namesOf } from './verdicts.ts';

export const BOOK = `days/${DAY2}/book.json`;
export const PROOFS = `days/${DAY2}/proofs.json`;
export const ROSTER = `days/${DAY2}/roster.json`;
export const CHAIN = `days/${DAY2}/chain.json`;

export type Files = Map<string, string>;

export const meters = realDays(1)[0];
export const plusOne = (decimal: string): string => String(BigInt(decimal) + 1n);

/** Forges the book and the exported anchor, not the proofs. */
export const bookEdit = (change?: (book: Editable) => void) => (files: Files) => {
  if (change) edit(files, BOOK, change);
  const anchor = anchorOf(files.get(BOOK)!);
  edit(files, CHAIN, (chain) => {
    Object.assign(chain.anchors[0], anchor);
  });
};

/** The roster and its digests after an edit, as a forger of the whole export would write them. */
export function reroster(files: Files, date: string, change: (roster: Editable) => void): void {
  edit(files, `days/${date}/roster.json`, (roster) => {
    change(roster);
    roster.digest = rosterDigest(
      encodeRoster({
        day: Number(roster.day),
        meters: roster.meters.map((m: Editable) => ({ meter: m.meter, commitment: m.commitment === null ? null : BigInt(m.commitment) })),
      }),
    );
  });
  const digest = JSON.parse(files.get(`days/${date}/roster.json`)!).digest;
  edit(files, `days/${date}/chain.json`, (chain) => {
    chain.rosterDigest = digest;
  });
  edit(files, `days/${date}/book.json`, (book) => {
    book.rosterDigest = digest;
  });
}

/** Audits and wants just these checks to fail. */
export async function refusedBy(files: Files, expected: readonly string[]): Promise<Verdict> {
  const verdict = await auditOf(files);
  expect(namesOf(verdict)).toEqual([...expected].sort());
  expect(verdict.exitCode).toBe(1);
  expect(verdict.status).toBe('failed');
  return verdict;
}

/** The exported bundle with a proof file that names another book: nothing to prove, the rest as ever. */
export function unproven(): Files {
  const files = exported('substituted');
  edit(files, PROOFS, (proofs) => {
    proofs.bookHash = '00'.repeat(32);
  });
  return files;
}
