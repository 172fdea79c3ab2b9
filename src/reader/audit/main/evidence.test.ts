/** Check 11: what uplinks stated is the net of books that their communities' own chains have verified. */
import { describe, expect, test } from 'vitest';
import { edit } from '../../../../test/kit/audit/bundles.ts';
import { validators } from '../../../../test/kit/audit/headers.ts';
import { EVERY_PROOF, linesOf, namesOf } from '../../../../test/kit/audit/verdicts.ts';
import { DATES, type Files, filesOf, mainBundle, modulesOf, onMain, WEEK } from '../../../../test/kit/main-audit/bundles.ts';
import { chainIdOf } from '../../../../test/kit/main-audit/days.ts';
import type { EvidencePlan } from '../../../../test/kit/main-audit/evidence.ts';
import { UPLINKS } from '../../../../test/kit/main-audit/genesis.ts';
import { auditMain } from './audit.ts';
import { maxCopies } from './evidence-checks.ts';

const FIRST = WEEK.slice(0, 1);
const audited = async (files: Files) => auditMain(files, EVERY_PROOF);
const withChain = async (plan: EvidencePlan) => audited(await mainBundle(FIRST, undefined, {}, new Map([[1, plan]])));
/** Of the second community's chain. */
const mine = validators(4, 'community 1 ');
const file = `communities/${chainIdOf(1)}.json`;

test('books of three communities, and the nets of them', async () => {
  const verdict = await audited(await mainBundle(FIRST));
  expect(namesOf(verdict)).toEqual([]);
  expect(linesOf(verdict, '11 evidence', 'passed').map(({ detail }) => detail)).toEqual([expect.stringContaining('3 books')]);
  expect(linesOf(verdict, '11 net', 'passed').map(({ day }) => day)).toEqual([DATES[0]]);
});

test('one entry of a small book may be a copy, and one in twenty of a large one', () => {
  expect([1, 19, 20, 39, 40, 99].map(maxCopies)).toEqual([1, 1, 1, 1, 2, 4]);
});

describe('is refused', () => {
  test.each<[string, EvidencePlan, string]>([
    ['too many copies', { copies: { entries: 20, copies: 2 } }, 'at most 1 of 20'],
    ['who shares on another main chain', { main: { chainId: 'electra-main-5eed0002' } }, 'to share here'],
    ['who shares on a chain of another genesis', { main: { genesisHash: '00'.repeat(32) } }, 'to share here'],
    ['who shares by another uplink', { main: { uplink: UPLINKS[2] } }, 'to share here'],
    ['a header of two thirds exactly', { signers: (set) => set.slice(0, 2) }, 'two thirds'],
    ['a header of before the end of the day', { time: '2026-07-01T23:00:00Z' }, 'after the end of the day'],
  ])('%s', async (_, plan, detail) => {
    const verdict = await withChain(plan);
    expect(linesOf(verdict, '11 evidence').map((line) => [line.meter, line.detail])).toEqual([
      [UPLINKS[1], expect.stringContaining(detail)],
    ]);
    expect(verdict.exitCode).toBe(1);
  });

  test('a header that the main chain has not accepted', async () => {
    const files = await filesOf(FIRST, new Map([[1, { salt: 'another' }]]));
    const verdict = await audited(onMain(files, modulesOf(FIRST)));
    expect(linesOf(verdict, '11 evidence').map(({ detail }) => detail)).toEqual([
      expect.stringContaining('the main chain has accepted header'),
    ]);
  });

  test('a header that no more than a third of those who were announced have signed', async () => {
    const verdict = await withChain({ announced: [...mine.slice(0, 1), ...validators(2)] });
    expect(linesOf(verdict, '11 evidence').map(({ meter, detail }) => [meter, detail])).toEqual([
      [UPLINKS[1], expect.stringContaining('no more than a third')],
    ]);
  });

  test('X of another day, of which the statement is not the net', async () => {
    expect(namesOf(await withChain({ totalsOf: (day) => day + 1 }))).toEqual(['11 net']);
  });

  test('a book that its chain has not verified, and one of another day', async () => {
    const files = await mainBundle();
    edit(files, file, ({ days }) => {
      [days[0].proven, days[1].proven] = [days[1].proven, days[0].proven];
    });
    expect(namesOf(await audited(files))).toEqual(['11 evidence']);
  });
});

test('a set that was announced and is no header’s is shown for itself; without it nobody can say who was to sign', async () => {
  const files = await mainBundle(FIRST, undefined, {}, new Map([[1, { announced: [...mine.slice(0, 2), ...validators(2)] }]]));
  expect(namesOf(await audited(files))).toEqual([]);
  edit(files, file, (community) => {
    community.announced = [];
  });
  const verdict = await audited(files);
  expect(linesOf(verdict, '11 evidence', 'unreadable').map(({ meter, detail }) => [meter, detail])).toEqual([
    [UPLINKS[1], expect.stringContaining('the set that header 3 announced is not here')],
  ]);
});

test('a header that was shown after a higher one stands in nobody’s way: the higher one was not gone on from it', async () => {
  const between = { height: 500n, hash: new Uint8Array(32).fill(5), nextValidatorsHash: new Uint8Array(32).fill(6) };
  const files = await mainBundle(FIRST, (m) => {
    const at = m.kept.findIndex(({ uplink }) => uplink === UPLINKS[1]);
    m.kept.splice(at + 1, 0, { ...m.kept[at], ...between });
  });
  const verdict = await audited(files);
  expect([namesOf(verdict), namesOf(verdict, 'unreadable')]).toEqual([[], []]);
});

test('what is not shown is unreadable, and a header that is not kept any more is named', async () => {
  const files = await mainBundle(FIRST);
  files.delete(file);
  expect((await audited(files)).exitCode).toBe(2);
  const old = await audited(
    await mainBundle(FIRST, (m) => {
      m.kept = m.kept.filter(({ height }) => height < 900n);
    }),
  );
  expect([old.exitCode, linesOf(old, '11 evidence', 'open').length]).toEqual([3, 3]);
});
