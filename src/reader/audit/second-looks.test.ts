/** What another check often sees too, each alone: where the other is not there, nothing else would. */

import { describe, expect, test } from 'vitest';
import { booksOf, DAY1, DAY2, edit, load } from '../../../test/kit/audit/bundles.ts';
import { withChain } from '../../../test/kit/audit/chain.ts';
import { auditAsIs, auditOf, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { base64 } from '../../../test/kit/genesis.ts';
import { operatorOf, signedBy } from '../../../test/kit/genesis-signer.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { accountText, bookHash, canonicalJson, type Json, parseChainFile } from '../../protocol/index.ts';

const NOBODY = accountText(new Uint8Array(20).fill(255));
const CHAIN1 = `days/${DAY1}/chain.json`;
const without = (files: Map<string, string>, date: string): Map<string, string> =>
  new Map([...files].filter(([path]) => !path.startsWith(`days/${date}/`)));

describe('the chain against genesis', () => {
  test.each<[string, (state: Untyped) => void]>([
    ['parameters', ({ params }) => (params.anchor_due_s = '315360000')],
    ['clock', ({ clock }) => (clock.rate = '2')],
    ['operator', (state) => (state.operator = state.meters[1].address)],
    ['members', ({ meters }) => (meters[0].member = meters[1].address)],
    ['first tariff', ({ tariffs }) => (tariffs[0].fee_per_day_nel = '0')],
  ])('%s of a made-up genesis are not what the chain began with', async (_, change) => {
    const files = exported();
    edit(files, 'genesis.json', (g) => change(g.app_state.meter));
    expect(linesOf(await auditAsIs(files), '2 state proofs')[0].detail).toMatch(/state\.genesis: expected .*: this chain began with/);
  });
  test('sealing keys of a made-up operator, who signs them, are not what the chain began with', async () => {
    const files = exported();
    edit(files, 'genesis.json', ({ app_state: { meter } }) => {
      meter.operator = operatorOf(5);
      meter.node_keys = [{ epoch: 1, key: base64(7), height: '0', effective_unix_s: '0', signature: null }];
    });
    files.set('genesis.json', canonicalJson((await signedBy(5, JSON.parse(files.get('genesis.json')!))) as Json));
    expect(linesOf(await auditAsIs(files), '2 state proofs')[0].detail).toMatch(/state\.genesis: expected .*: this chain began with/);
  });
  test("a late roster's freeze is the chain's", async () => {
    for (const [field, value] of [
      ['frozenHeight', (v: string | number) => (typeof v === 'number' ? v + 1 : String(Number(v) + 1))],
      ['frozenUnixS', (v: string | number) => (typeof v === 'number' ? v + 1 : String(Number(v) + 1))],
    ] as const) {
      const files = load('corrected');
      edit(files, CHAIN1, (c) => {
        c.lateRoster[field] = value(c.lateRoster[field]);
      });
      expect(namesOf(await auditAsIs(files))).toEqual(['2 state proofs']);
    }
  });
  test('a time that no calendar has is a verdict, never an exception', async () => {
    const files = exported();
    edit(files, 'genesis.json', (g) => {
      g.app_state.meter.clock.genesis_unix_s = '8640000000001';
    });
    expect([1, 2]).toContain((await auditAsIs(files)).exitCode);
  });
});

describe('time', () => {
  test('of the newest header judges runs, not what the export shows of itself', async () => {
    const due = 20637 * 86_400 + 3_888_000;
    expect((await auditAsIs(withChain(load('exceptions'), { nowUnixS: due }))).exitCode).toBe(3);
    expect(namesOf(await auditAsIs(withChain(load('exceptions'), { nowUnixS: due + 2 })))).toEqual(['7 runs']);
  });
  test('that passed since the newest header is shown; after grace and anchorDue it is open: exit code 3', async () => {
    const { asOf } = await auditOf(load('honest'));
    const real = (ageS: number) => auditOf(load('honest'), { clockUnixS: asOf!.unixS + ageS });
    expect(await real(86_400)).toMatchObject({ exitCode: 0, asOf: { ageS: 86_400 } });
    expect((await real(21_600 + 172_800)).exitCode).toBe(0);
    const old = await real(21_600 + 172_801);
    expect(old.exitCode).toBe(3);
    expect(namesOf(old, 'open')).toEqual(['1 age']);
  });
});

describe('from one audit to the next', () => {
  test('the same headers again are as good as newer ones: two days may be exported one right after the other', async () => {
    const { resume } = await auditAsIs(load('honest'));
    const verdict = await auditAsIs(load('honest'), { since: resume! });
    expect(verdict.exitCode).toBe(0);
    expect(verdict.resume).toEqual(resume);
  });
  test('headers that all lie below are older than the earlier audit', async () => {
    const { resume } = await auditAsIs(withChain(load('honest'), { height: 900_000 }));
    const verdict = await auditAsIs(load('honest'), { since: resume! });
    expect(namesOf(verdict)).toEqual(['1 headers']);
    expect(linesOf(verdict, '1 headers')[0].detail).toContain('where the earlier audit ended, or above');
  });
  test('another header at the height where the earlier one ended is refused', async () => {
    const { resume } = await auditAsIs(load('honest'));
    const other = withChain(load('honest'), { nowUnixS: 1_783_200_000 });
    expect(namesOf(await auditAsIs(other, { since: resume! }))).toEqual(['1 headers']);
  });
  test('the last day of the earlier audit is expected for its links', async () => {
    const { resume } = await auditAsIs(withChain(without(load('substituted'), DAY2)));
    const verdict = await auditAsIs(withChain(without(load('substituted'), DAY1), { height: 900_000 }), { since: resume! });
    expect(namesOf(verdict)).toEqual(['3 copies']); // its substitute copies the day that is not here
    expect(namesOf(verdict, 'unreadable')).toEqual(['3 resumed', '7 links']);
  });
});

describe('a book', () => {
  test('without a meter of its roster is no evidence of where that meter ended', async () => {
    const files = exported();
    edit(files, `days/${DAY1}/book.json`, (b) => b.meters.splice(3, 1));
    edit(files, CHAIN1, (c) => {
      c.anchors[0].bookHash = bookHash(files.get(`days/${DAY1}/book.json`)!);
    });
    const verdict = await auditOf(files, { auditedBooks: booksOf(files, DAY1) });
    expect(linesOf(verdict, '7 links').map(({ detail }) => detail)).toEqual(['on the roster of the day before, but not in its book']);
  });
  test('of a draft is held against a roster of its own day', async () => {
    const files = exported();
    edit(files, `days/${DAY2}/roster.json`, (r) => {
      r.day = String(Number(r.day) + 1);
    });
    const details = linesOf(await auditAsIs(files, { draft: true }), '3 roster').map(({ detail }) => detail);
    expect(details).toContainEqual(expect.stringMatching(/^roster\.day is \d+, expected \d+$/));
  });
  test.each<[string, (late: Untyped) => void, RegExp]>([
    ['another digest', (late) => (late.digest = 'ab'.repeat(32)), /^chain\.lateRoster\.digest is abab/],
    ['one meter more', (late) => late.meters.push({ meter: NOBODY, commitment: null }), /^the late roster lists 14 meters, the roster 13$/],
  ])('of a draft is held against a late roster: %s', async (_, change, detail) => {
    const files = load('corrected');
    edit(files, CHAIN1, ({ lateRoster }) => change(lateRoster));
    const details = linesOf(await auditAsIs(files, { draft: true }), '3 roster').map((line) => line.detail);
    expect(details).toContainEqual(expect.stringMatching(detail));
  });
  test('is anchored as version 1, then 2: no other list is read', () => {
    const chain = JSON.parse(load('corrected').get(CHAIN1)!);
    expect(() => parseChainFile(JSON.stringify(chain))).not.toThrow();
    chain.anchors.reverse();
    expect(() => parseChainFile(JSON.stringify(chain))).toThrow(/anchors/);
  });
});

test('randomness that is not delivered is nobody’s pass: the audit stops', async () => {
  const few = (length: number) => new Uint8Array(length - 1);
  await expect(auditAsIs(load('honest'), { random: few })).rejects.toMatchObject({ field: 'random' });
});

test('faults that could not be read, however many, do not hide one that failed', async () => {
  const { lines } = await import('./checks.ts');
  const faults = [...Array.from({ length: 21 }, () => ({ detail: 'gone', status: 'unreadable' as const })), { detail: 'wrong' }];
  expect(lines({ id: '3', name: 'x' }, faults, '').map(({ status }) => status)).toContain('failed');
});
