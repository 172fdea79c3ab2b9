/** Whose signatures a verdict rests on: it says how many of the last set genesis does not have, and how many sets were passed. */
import { describe, expect, test } from 'vitest';
import { withChain } from '../../../test/kit/audit/chain.ts';
import { signedByNewcomers } from '../../../test/kit/audit/turn.ts';
import { auditAsIs, auditOf, exported, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { formatVerdict } from './index.ts';

describe('a verdict', () => {
  test('over headers of genesis’ own validators says so', async () => {
    const verdict = await auditOf(exported());
    expect(verdict.validators).toEqual({ sets: 1, last: 4, notGenesis: 0 });
    expect(formatVerdict(verdict)).toContain('Signed by 4 validators, 0 of them not of genesis; sets passed: 1.');
  });
  test('over headers of a set that newcomers have the majority of passes, and says how many they are', async () => {
    const verdict = await auditAsIs(signedByNewcomers(withChain(exported()), { turnShown: true }));
    expect(namesOf(verdict)).toEqual([]);
    expect(verdict.validators).toEqual({ sets: 2, last: 13, notGenesis: 9 });
    expect(formatVerdict(verdict)).toContain('Signed by 13 validators, 9 of them not of genesis; sets passed: 2.');
  });
  test('fails where the header that shows the change is left out', async () => {
    const verdict = await auditAsIs(signedByNewcomers(withChain(exported()), { turnShown: false }));
    expect(verdict.exitCode).toBe(1);
    expect(namesOf(verdict)).toEqual(['1 headers']);
  });
});
