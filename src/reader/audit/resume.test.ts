/** Auditing on from an earlier audit: same verdicts, no day between left out, no book exchanged behind its back. */
import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, edit, load } from '../../../test/kit/audit/bundles.ts';
import { withChain } from '../../../test/kit/audit/chain.ts';
import { auditAsIs, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { encodeResume, parseResume, type Resume } from './index.ts';

type Files = Map<string, string>;
/** The first day alone, on a chain that is not yet so far. */
function firstDay(name: 'honest' | 'exceptions' = 'honest'): Files {
  const files = load(name);
  for (const path of [...files.keys()]) if (path.includes(DAY2)) files.delete(path);
  return withChain(files);
}
async function audited(files: Files = firstDay()): Promise<Resume> {
  const { resume } = await auditAsIs(files);
  if (!resume) throw new Error('nothing to go on from');
  return parseResume(encodeResume(resume)); // as it is read back from its file
}

describe('an audit that goes on from an earlier one', () => {
  test('passes over the next day, from the header where the earlier one ended', async () => {
    const since = await audited();
    const verdict = await auditAsIs(exported(), { since });
    expect(verdict.exitCode).toBe(0);
    expect(linesOf(verdict, '1 headers', 'passed')[0].detail).toContain(`from header ${since.light.height}`);
    expect(linesOf(verdict, '3 resumed', 'passed')[0].detail).toBe(`goes on from the audit of ${DAY1} … ${DAY1}`);
    expect(verdict.resume).toMatchObject({ firstDay: since.firstDay, lastDay: since.lastDay + 1 });
  });
  test('may look at days again', async () => {
    const since = await audited();
    expect((await auditAsIs(load('honest'), { since })).exitCode).toBe(0);
  });
  test('keeps open runs in sight, and lets them fail when their time is up', async () => {
    const exceptions = load('exceptions');
    const first = await auditAsIs(exceptions);
    expect(first.exitCode).toBe(3);
    const since = {
      ...first.resume!,
      lastDay: first.resume!.lastDay - 1,
      lastBooks: (await audited()).lastBooks,
      nextSeq: 1,
      noBills: [],
      disputes: [],
    };
    const runs = since.runs.map((run) => ({ ...run, firstDay: run.firstDay - 2, lastDay: run.lastDay - 2 }));
    const dayAfter = { ...since, runs, firstDay: since.firstDay - 2 };
    const verdict = await auditAsIs(exported(), {
      since: { ...dayAfter, light: (await audited()).light, genesisHash: (await audited()).genesisHash },
    });
    expect(runs.length).toBeGreaterThan(0);
    expect([verdict.counts.openRuns, verdict.resume!.runs]).toEqual([runs.length, runs]);
    expect(verdict.exitCode).toBe(3);
    const late = await auditAsIs(exported(), {
      since: { ...dayAfter, light: (await audited()).light, genesisHash: (await audited()).genesisHash },
      nowUnixS: 1_900_000_000,
      auditedBooks: new Set(since.lastBooks),
    });
    expect(namesOf(late)).toEqual(['7 runs']);
  });
});

describe('it is refused', () => {
  test('when days between are missing', async () => {
    const since = await audited();
    const verdict = await auditAsIs(exported(), { since: { ...since, lastDay: since.lastDay - 1 } });
    expect(namesOf(verdict)).toEqual(['3 resumed']);
    expect(linesOf(verdict, '3 resumed')[0].detail).toMatch(/days between are missing/);
  });
  test('when it goes back to days before the first, and days between are missing: an open run of theirs would be lost', async () => {
    const files = load('substituted');
    const { resume, counts } = await auditAsIs(files);
    expect(counts.openRuns).toBe(1);
    const before = (days: number) => ({ ...resume!, firstDay: resume!.lastDay + days, lastDay: resume!.lastDay + 20, runs: [] });
    const verdict = await auditAsIs(files, { since: before(2) });
    expect(namesOf(verdict)).toEqual(['3 resumed']);
    expect(linesOf(verdict, '3 resumed')[0].detail).toMatch(/ends with 2026-07-02: days between are missing/);
    expect(verdict.resume).toBeNull();
    expect(namesOf(await auditAsIs(files, { since: before(1) }))).toEqual([]);
  });
  test('when the last day has another book now', async () => {
    const since = await audited();
    expect(namesOf(await auditAsIs(exported(), { since: { ...since, lastBooks: ['ab'.repeat(32)] } }))).toEqual(['3 resumed']);
  });
  test('when the headers do not go on from the saved one', async () => {
    const since = await audited();
    expect(
      namesOf(await auditAsIs(exported(), { since: { ...since, light: { ...since.light, nextValidatorsHash: 'cd'.repeat(32) } } })),
    ).toEqual(['1 headers']);
  });
  test("with a genesis that is not the earlier audit's", async () => {
    const since = await audited();
    expect(namesOf(await auditAsIs(exported(), { since: { ...since, genesisHash: 'ab'.repeat(32) } }))).toEqual(['3 resumed']);
  });
  test('and nothing is saved by an audit that failed, or of a draft', async () => {
    const files = exported();
    edit(files, `days/${DAY2}/chain.json`, (c) => {
      c.anchors = [];
    });
    expect((await auditAsIs(files)).resume).toBeNull();
    expect((await auditAsIs(exported(), { draft: true })).resume).toBeNull();
  });
});

describe('the file of an earlier audit', () => {
  test('is read back as it was written', async () => {
    const since = await audited();
    expect(encodeResume(parseResume(encodeResume(since)))).toBe(encodeResume(since));
  });
  test.each([
    ['truncated', (t: string) => t.slice(0, -9)],
    ['of another format', (t: string) => t.replace('audited/v5', 'audited/v4')],
    ['with a date that is none', (t: string) => t.replace(DAY1, '2026-13-01')],
    ['with a key more', (t: string) => t.replace('{"chainId"', '{"a":"b","chainId"')],
  ])('is refused %s, by field', async (_name, change) => {
    expect(() => parseResume(change(encodeResume({ ...audits })))).toThrow(/expected/);
  });
});

const audits: Resume = {
  chainId: 'electra-rural-5eed0001',
  genesisHash: 'ab'.repeat(32),
  firstDay: 20_635,
  lastDay: 20_635,
  lastBooks: ['cd'.repeat(32)],
  nextSeq: 5,
  runs: [],
  unbilled: [],
  corrections: [],
  noBills: [],
  disputes: [],
  objections: [],
  voids: [],
  light: {
    chainId: 'electra-rural-5eed0001',
    height: 7,
    hash: 'ab'.repeat(32),
    time: '2026-07-02T00:00:00Z',
    nextValidatorsHash: 'cd'.repeat(32),
  },
};
