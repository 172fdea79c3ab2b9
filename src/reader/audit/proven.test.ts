/** What the chain itself has verified: in time, late, not yet, or never, which makes a day void. And what of that later audits say. */
import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, load } from '../../../test/kit/audit/bundles.ts';
import { type ChainOptions, withChain } from '../../../test/kit/audit/chain.ts';
import { auditAsIs, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { dateToDay, earlierDays, encodeRoster, parseChainFile, rosterDigest, VOID_AFTER_S } from '../../protocol/index.ts';
import { Roster } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { parseBundle } from '../bundle.ts';
import { stateKeys } from '../light/index.ts';
import { copyChecks } from './copy-checks.ts';
import { encodeResume, parseResume } from './index.ts';
import { VOID_MEANS } from './proven-checks.ts';

type Files = Map<string, string>;
const ANCHOR_DUE_S = 172_800;
const [first, second] = [DAY1, DAY2].map(dateToDay);
const frozenUnixS = (date: string): number => parseChainFile(load('honest').get(`days/${date}/chain.json`)!).frozenUnixS;

/** The bundle on a chain that verified a day's version 1 at a time, or never. */
const provenAt = (files: Files, date: string, unixS: number | null, options: ChainOptions = {}): Files =>
  withChain(files, {
    ...options,
    provenAt: (day, version, anchoredUnixS) => (day === dateToDay(date) && version === 1 ? unixS : anchoredUnixS),
  });

describe('a book that the chain has verified', () => {
  test('is said so by line, with when', async () => {
    const verdict = await auditAsIs(load('honest'));
    expect(linesOf(verdict, '3 proven', 'passed').map(({ day }) => day)).toEqual([DAY1, DAY2]);
    expect(linesOf(verdict, '3 proven', 'passed')[0].detail).toMatch(
      /^the chain verified 1 of its books; the first 600 s after the freeze/,
    );
  });
  test.each([
    [0, []],
    [1, ['3 proven']],
  ])('%i s after it was due: fails %j', async (lateS, expected) => {
    const dueUnixS = frozenUnixS(DAY2) + ANCHOR_DUE_S;
    const verdict = await auditAsIs(provenAt(load('honest'), DAY2, dueUnixS + lateS, { nowUnixS: dueUnixS + 10 }));
    expect(namesOf(verdict)).toEqual(expected);
  });
  test('too late fails its own day alone, not the one after it', async () => {
    const late = frozenUnixS(DAY1) + ANCHOR_DUE_S + 1;
    expect((await auditAsIs(provenAt(exported(), DAY1, late))).exitCode).toBe(0);
  });
});

describe('a book that the chain has not verified', () => {
  test('is open until that is due, and fails from then on', async () => {
    const dueUnixS = frozenUnixS(DAY2) + ANCHOR_DUE_S;
    const at = (nowUnixS: number) => auditAsIs(provenAt(load('honest'), DAY2, null, { nowUnixS }));
    const open = await at(dueUnixS);
    expect([open.exitCode, namesOf(open, 'open')]).toEqual([3, ['3 proven']]);
    expect(namesOf(await at(dueUnixS + 2))).toEqual(['3 proven']);
  });
  test('as a later version it is open', async () => {
    const files = withChain(load('corrected'), { provenAt: (_day, version, unixS) => (version === 1 ? unixS : null) });
    const verdict = await auditAsIs(files);
    expect(verdict.exitCode).toBe(3);
    expect(linesOf(verdict, '3 proven', 'open')[0].detail).toBe('version 2 is anchored, and the chain has not verified it yet');
  });
  test('where the proofs that would say so do not hold, nothing is taken for verified', async () => {
    const files = load('honest');
    const path = `days/${DAY2}/state.json`;
    const state = JSON.parse(files.get(path)!);
    const other = JSON.parse(provenAt(load('honest'), DAY2, null).get(path)!);
    files.set(path, JSON.stringify({ ...state, proven: other.proven }));
    expect(namesOf(await auditAsIs(files))).toEqual(['2 state proofs']);
  });
});

describe('a void day', () => {
  const voidSince = (date: string) => frozenUnixS(date) + VOID_AFTER_S;
  test('fails the range that contains it, with what that means, and one second before it is overdue and no more', async () => {
    const at = (nowUnixS: number) => auditAsIs(provenAt(load('honest'), DAY2, null, { nowUnixS }));
    const [before, after] = [await at(voidSince(DAY2) - 2), await at(voidSince(DAY2))];
    expect([before, after].map((verdict) => [verdict.exitCode, namesOf(verdict), verdict.resume])).toEqual([
      [1, ['3 proven'], null],
      [1, ['3 proven'], null],
    ]);
    expect(linesOf(before, '3 proven')[0].detail).not.toMatch(/void/);
    expect(linesOf(after, '3 proven')[0].detail).toBe(
      `void: the chain verified no book of it within 14 days of its freeze, and takes none any more; ${VOID_MEANS}`,
    );
  });
  test.each<[string, (files: Files) => void]>([
    ['with its book', () => {}],
    ['without it, as chain nodes have it', (files) => files.delete(`days/${DAY1}/book.json`)],
  ])('before the range leaves it passed with exceptions: all L0 are free, and it is named; %s', async (_, change) => {
    const files = exported();
    change(files);
    const verdict = await auditAsIs(provenAt(files, DAY1, null, { nowUnixS: voidSince(DAY1) }));
    expect([verdict.exitCode, namesOf(verdict, 'open')]).toEqual([3, ['3 proven']]);
    expect(linesOf(verdict, '3 proven', 'open')[0]).toMatchObject({ day: DAY1, detail: expect.stringContaining(VOID_MEANS) });
    expect(linesOf(verdict, '7 links', 'passed')[0].detail).toBe(`${DAY1} is void: all 13 L0 are free`);
    expect(verdict.resume!.voids).toEqual([first]);
  });
  test('frees the L0 of the next day, which it would be held to otherwise', async () => {
    const broken = (unixS: number | null) => auditAsIs(provenAt(exported('broken-link'), DAY1, unixS, { nowUnixS: voidSince(DAY1) }));
    expect(namesOf(await broken(frozenUnixS(DAY1) + 600))).toEqual(['7 links']);
    expect(namesOf(await broken(null))).toEqual([]);
  });
  test('is named by whoever goes on from there, for good', async () => {
    const { resume } = await auditAsIs(provenAt(exported(), DAY1, null, { nowUnixS: voidSince(DAY1) }));
    const read = parseResume(encodeResume(resume!));
    expect(read.voids).toEqual([first]);
    const alone = new Map([...load('honest')].filter(([path]) => !path.includes(DAY2)));
    const since = { ...(await auditAsIs(withChain(alone))).resume!, voids: [first - 3] };
    const verdict = await auditAsIs(exported(), { since });
    expect([verdict.exitCode, namesOf(verdict, 'open')]).toEqual([3, ['3 earlier voids']]);
    expect(verdict.resume).toMatchObject({ lastDay: second, voids: [first - 3] });
  });
  test('right behind the range is named there: the range that contains it fails', async () => {
    const day = second + 1;
    const frozen = (day + 1) * 86_400 + 21_600;
    const encoded = encodeRoster({ day, meters: [] });
    const roster = { day, late: false, digest: Buffer.from(rosterDigest(encoded), 'hex'), encoded, height: 9n, unixS: BigInt(frozen) };
    const extra = [{ key: stateKeys.roster(day, false), value: Roster.encode(Roster.fromPartial(roster)).finish() }];
    const verdict = await auditAsIs(withChain(exported(), { extra, nowUnixS: frozen + VOID_AFTER_S }));
    expect([verdict.exitCode, namesOf(verdict, 'open')]).toEqual([3, ['3 range']]);
    expect(linesOf(verdict, '3 range', 'open')[0].detail).toBe(`the next day is void: ${VOID_MEANS}`);
  });
  test('leaves a run beside it as it was booked, named and never failed', async () => {
    const files = exported('substituted');
    const verdict = await auditAsIs(provenAt(files, DAY1, null, { nowUnixS: voidSince(DAY1) }), { nowUnixS: 1_900_000_000 });
    expect(namesOf(verdict)).toEqual([]);
    expect(linesOf(verdict, '7 runs', 'open')[0].detail).toMatch(/beside 2026-07-01, which is void: no register there counts/);
  });
});

describe('a copy of a day whose time was over when the copying book was anchored', () => {
  const day = parseBundle(load('substituted')).days[1];
  const { height, unixS } = day.chain!.anchors[0];
  const copied = day.books.get(1)!.book.meters.find(({ source }) => source === 'substitute')!;
  /** The day that it copies, as of a block; the chain has no roster of any other. */
  const copies = (proven: boolean, provenHeight: number) => {
    const { fromDay, from } = copied.copied!;
    const commitments = new Map([[copied.meter, from]]);
    const seenDay = { commitments, disputed: new Set<string>(), frozenUnixS: unixS - VOID_AFTER_S, proven };
    const nobody = { day: null, height: null, provenHeight: null };
    const seen = new Map(earlierDays(day.day).map((at) => [at, at === fromDay ? { day: seenDay, height: null, provenHeight } : nobody]));
    return copyChecks(day, { seen, believed: true, nowUnixS: 0 })[0];
  };
  test('is a copy where the chain has verified it, and of a void day where it has not', () => {
    expect(copies(true, height - 1).status).toBe('passed');
    expect(copies(false, height)).toMatchObject({ status: 'failed', detail: expect.stringContaining('it is the zero day') });
  });
  test('is not known where what is shown is of a block before that anchor: it may have been verified since', () =>
    expect(copies(false, height - 1)).toMatchObject({ status: 'unreadable', detail: expect.stringContaining('as of a block before') }));
});
