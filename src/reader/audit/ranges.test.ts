/**
 * The same days audited as one range, and as four audits of which each goes on from the one before: the same bills, the same open matters,
 * the same verdict in the end. And what the chain's log names since an earlier audit cannot be kept from the next one.
 */
import { describe, expect, test } from 'vitest';
import {
  correction as correctionOf,
  dateOf,
  firstBook,
  lateMeters,
  lateUnixS,
  runBundle,
  silentMeter,
} from '../../../test/kit/attack/forged-run.ts';
import { DAY1, DAY2, type Editable, edit, load } from '../../../test/kit/audit/bundles.ts';
import { type ChainOptions, type Logged, VALIDATORS, withChain } from '../../../test/kit/audit/chain.ts';
import { FIRST_DAY } from '../../../test/kit/audit/readings.ts';
import { auditAsIs, exported, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { encodeRoster, encodeRosterFile, parseBook, parseChainFile, rosterDigest } from '../../protocol/index.ts';
import { encodeResume, parseResume, type Resume, type Verdict } from './index.ts';

type Files = Map<string, string>;
const CHAIN1 = `days/${DAY1}/chain.json`;

/** Disputes, as the chain logged them. */
const disputesOf = (files: Files, date: string): Logged[] => {
  const { day, disputes } = parseChainFile(files.get(`days/${date}/chain.json`)!);
  return disputes.map(({ meter }) => ({ kind: 'dispute', day, meter }));
};
const day1 = parseChainFile(load('exceptions').get(CHAIN1)!).day;
const lateRoster: Logged = { kind: 'late-roster', day: day1 };
const correction: Logged = { kind: 'correction', day: day1, version: 2 };
const without = (files: Files, ...parts: string[]): Files =>
  new Map([...files].filter(([path]) => !parts.some((part) => path.includes(part))));

/** Four moments of one chain, each with what an export shows: a day; the next; the late roster; the correction of it. */
function moments(): Files[] {
  const exceptions = load('exceptions');
  const [first, second] = [disputesOf(exceptions, DAY1), disputesOf(exceptions, DAY2)];
  const late = without(load('corrected'), '.v2.json');
  edit(late, CHAIN1, (chain) => chain.anchors.pop());
  const at = (files: Files, log: Logged[], options: ChainOptions = {}): Files => withChain(files, { log, ...options });
  return [
    at(without(exceptions, DAY2), first),
    at(exceptions, [...first, ...second]),
    at(late, [...first, ...second, lateRoster]),
    at(load('corrected'), [...first, ...second, lateRoster, correction]),
  ];
}

/** B by day and meter, of the latest version that the files have. */
function billsOf(files: Files, into = new Map<string, bigint>()): Map<string, bigint> {
  for (const path of [...files.keys()].filter((name) => /\/book(\.v\d+)?\.json$/.test(name)).sort()) {
    const book = parseBook(files.get(path)!);
    for (const { meter, B } of book.meters) into.set(`${book.day}/${meter}`, B);
  }
  return into;
}

/** Audits one after the other, each from what the one before saved, as read back from its file. */
async function inTurn(bundles: readonly Files[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let since: Resume | undefined;
  for (const files of bundles) {
    const verdict = await auditAsIs(files, since ? { since } : {});
    expect([verdict.exitCode, ...namesOf(verdict), ...namesOf(verdict, 'unreadable')]).toEqual([3]);
    since = parseResume(encodeResume(verdict.resume!));
    verdicts.push(verdict);
  }
  return verdicts;
}

describe('four audits, each going on from the one before', () => {
  test('end as one audit of the whole range does', async () => {
    const bundles = moments();
    const verdicts = await inTurn(bundles);
    const last = verdicts.at(-1)!;
    const whole = await auditAsIs(moments()[3]);
    expect([last.exitCode, last.status, last.counts]).toEqual([whole.exitCode, whole.status, whole.counts]);
    expect(last.resume).toEqual(whole.resume);
    const bills = new Map<string, bigint>();
    for (const files of bundles) billsOf(files, bills);
    expect(bills).toEqual(billsOf(moments()[3]));
  });
  test('say at each step what is open: the run, then the late statement', async () => {
    const [, second, third, fourth] = await inTurn(moments());
    expect(second.resume!.runs.length).toBeGreaterThan(0);
    expect(third.resume!.unbilled).toHaveLength(1);
    expect(fourth.resume).toMatchObject({ unbilled: [] });
    expect(fourth.resume!.runs.length).toBeLessThan(second.resume!.runs.length);
  });
});

describe('what the log names since an earlier audit', () => {
  const since = async (): Promise<Resume> => (await inTurn(moments().slice(0, 2))).at(-1)!.resume!;
  test('has to be here: otherwise the audit says which day to export', async () => {
    const earlier = await since();
    const files = moments()[3];
    // The second day alone, which the earlier audit knows; the first, corrected, is kept from the reader.
    const hidden = without(files, `days/${DAY1}/`);
    const verdict = await auditAsIs(hidden, { since: earlier });
    expect(verdict.exitCode).not.toBe(0);
    expect(verdict.exitCode).not.toBe(3);
    expect(namesOf(verdict, 'unreadable')).toContain('3 earlier days');
    expect(linesOf(verdict, '3 earlier days', 'unreadable')[0].detail).toContain(`${DAY1}: since the earlier audit the log has`);
    expect(verdict.resume).toBeNull();
  });
  test('is no less than the earlier audit saw', async () => {
    const earlier = { ...(await since()), nextSeq: 9 };
    expect(namesOf(await auditAsIs(moments()[3], { since: earlier }))).toEqual(['2 log']);
  });
  test('is shown from where the earlier audit stopped', async () => {
    const files = withChain(load('corrected'), { log: [lateRoster, correction], logFrom: 2 });
    const verdict = await auditAsIs(files, { since: { ...(await since()), nextSeq: 1 } });
    expect(namesOf(verdict, 'unreadable')).toContain('2 log');
  });
});

describe('a corrected run', () => {
  const corrected = () => runBundle({ 2: [{ day: correctionOf(2) }], 3: [{ day: correctionOf(3) }] });
  /** The chain shows the days from `n` on; those before it are there for copies alone. */
  const from = async (n: number): Promise<Files> => {
    const files = without(await corrected(), ...[1, 2, 3].filter((before) => before < n).map((before) => `days/${dateOf(before)}/`));
    const before = [1, 2, 3].filter((one) => one < n).map((one) => ({ roster: firstBook(one).roster }));
    return withChain(files, { set: VALIDATORS.slice(0, 2), before });
  };
  test('is judged where its days are audited, and has to be there as a whole', async () => {
    expect(await auditAsIs(await from(1))).toMatchObject({ exitCode: 0, days: [1, 2, 3, 4].map(dateOf) });
    const middle = await auditAsIs(await from(2));
    expect([middle.exitCode, namesOf(middle, 'unreadable')]).toEqual([2, ['3 corrections']]);
  });
  test('is not judged on a day that is there for the links of the next', async () => {
    const verdict = await auditAsIs(await from(3));
    expect(verdict).toMatchObject({ exitCode: 0, days: [dateOf(4)] });
    expect(linesOf(verdict, '3 corrections', 'passed')[0].detail).toContain('1 of runs, which are judged where this day is audited');
  });
});

describe('a run that ends with the day that is there for the links of the next', () => {
  const meter = silentMeter();
  const run = { meter, firstDay: FIRST_DAY + 2, lastDay: FIRST_DAY + 2, follows: 'metered' as const };
  /** Day 3, the last silent one, for the links of day 4: the first that this reader audits. */
  const lastTwo = async (): Promise<Files> => {
    const files = without(await runBundle({}), ...[1, 2].map((n) => `days/${dateOf(n)}/`));
    return withChain(files, { set: VALIDATORS.slice(0, 2), before: [1, 2].map((n) => ({ roster: firstBook(n).roster })) });
  };
  test('stays open from one audit to the next, as it would in one audit of both', async () => {
    const first = await auditAsIs(await lastTwo());
    expect([first.exitCode, first.days, first.counts.openRuns]).toEqual([3, [dateOf(4)], 1]);
    expect(first.resume!.runs).toEqual([run]);
  });
  test('leaves the list when it is shown to be closed', async () => {
    const { resume } = await auditAsIs(await lastTwo());
    const files = await runBundle(
      { 2: [{ day: correctionOf(2) }], 3: [{ day: correctionOf(3) }] },
      { height: 90_000_000, nowUnixS: 1_900_000_000 },
    );
    const second = await auditAsIs(files, { since: resume! });
    expect([second.exitCode, namesOf(second), namesOf(second, 'unreadable'), second.resume?.runs]).toEqual([0, [], [], []]);
  });
});

describe('what is open of the day before the first, which is here for its links', () => {
  const meter = silentMeter();
  const day = FIRST_DAY + 1;
  type Change = (chain: Editable) => void;
  /** Days `first` … `last` of the run's community, where books have weeks to come. Of day 2 the chain has what `change` puts there. */
  const shown = async (first: number, last: number, change: Change | null, log: Logged[]): Promise<Files> => {
    const isHidden = (n: number): boolean => n < first || n > last;
    const files = without(await runBundle({}), ...[1, 2, 3, 4].filter(isHidden).map((n) => `days/${dateOf(n)}/`));
    edit(files, 'genesis.json', (genesis) => {
      genesis.app_state.meter.params.anchor_due_s = '2000000';
    });
    if (first <= 2 && change) edit(files, `days/${dateOf(2)}/chain.json`, change);
    const before = [1, 2, 3].filter((n) => n < first).map((n) => ({ roster: firstBook(n).roster }));
    return withChain(files, { set: VALIDATORS.slice(0, 2), before, log });
  };
  const audited = async (files: Files, since?: Verdict): Promise<Verdict> => {
    const verdict = await auditAsIs(files, since ? { since: parseResume(encodeResume(since.resume!)) } : {});
    expect([verdict.exitCode, ...namesOf(verdict), ...namesOf(verdict, 'unreadable')]).toEqual([3]);
    return verdict;
  };
  const openIn = ({ counts, resume }: Verdict) => {
    const { light: _, ...open } = resume!;
    return { counts: { ...counts, substitutes: null }, ...open };
  };
  const noBill: Change = (chain) => chain.noBills.push({ meter, open: true });
  const objection: Change = (chain) =>
    chain.finalReadings.push({ meter, link: '7', height: '8', unixS: String(lateUnixS(2)), objectedHeight: '9' });
  const lateStatement: Change = (chain) => {
    const late = { day, meters: lateMeters(2, true) };
    const { meters } = JSON.parse(encodeRosterFile(late, rosterDigest(encodeRoster(late))));
    Object.assign(chain.lateRoster, { digest: rosterDigest(encodeRoster(late)), meters });
  };
  const reading: Logged = { kind: 'final-reading', day, meter };
  test.each<[keyof Resume, Change, Logged[]]>([
    ['noBills', noBill, [{ kind: 'no-bill', day, meter }]],
    ['objections', objection, [reading, { kind: 'objection', day, meter }]],
    ['unbilled', lateStatement, [{ kind: 'late-roster', day }]],
  ])('is carried, as one audit would name it: %s', async (name, change, log) => {
    const first = await audited(await shown(2, 3, change, log));
    const next = await audited(await shown(3, 4, change, log), first);
    const whole = await audited(await shown(2, 4, change, log));
    expect([first.resume![name], next.resume![name], whole.resume![name]]).toEqual(
      Array(3).fill([expect.objectContaining({ day, meter })]),
    );
    expect(openIn(next)).toEqual(openIn(whole));
  });
  test('leaves the list by a positive match alone: a NoBill that was withdrawn', async () => {
    const log: Logged[] = [{ kind: 'no-bill', day, meter }];
    const first = await audited(await shown(2, 3, noBill, log));
    const later: Logged[] = [...log, { kind: 'no-bill-withdrawn', day, meter }];
    expect((await audited(await shown(3, 4, null, later), first)).resume!.noBills).toEqual([]);
  });
  test('is shown again where the log names it since: a late statement that came after the earlier audit', async () => {
    const first = await audited(await shown(2, 3, null, []));
    const log: Logged[] = [{ kind: 'late-roster', day }];
    const hidden = await auditAsIs(await shown(3, 4, lateStatement, log), { since: first.resume! });
    expect(linesOf(hidden, '3 earlier days', 'unreadable')[0].detail).toContain(`${dateOf(3)}: since the earlier audit the log has`);
    const next = await audited(await shown(2, 4, lateStatement, log), first);
    expect(openIn(next)).toEqual(openIn(await audited(await shown(2, 4, lateStatement, log))));
    expect(next.resume!.unbilled).toHaveLength(1);
  });
});

describe('open matters of days that are not here', () => {
  const meter = parseBook(load('exceptions').get(`days/${DAY1}/book.json`)!).meters[0].meter;
  /** The second day again, after an audit that left this open. */
  const next = async (open: Partial<Resume>, options: ChainOptions = {}) => {
    const { resume } = await auditAsIs(load('honest'));
    const files = withChain(without(load('honest'), '.none'), { height: 900_000, nowUnixS: 1_783_200_000, ...options });
    return auditAsIs(files, { since: { ...resume!, firstDay: resume!.firstDay - 9, ...open } });
  };
  test('stay: a late statement, until it fails when its time is up', async () => {
    const at = { day: day1 - 3, meter };
    const open = await next({ unbilled: [{ ...at, dueUnixS: 1_999_999_999 }] });
    expect([open.exitCode, open.resume!.unbilled]).toEqual([3, [{ ...at, dueUnixS: 1_999_999_999 }]]);
    const late = await next({ unbilled: [{ ...at, dueUnixS: 1_783_199_999 }] });
    expect(namesOf(late)).toEqual(['3 earlier late']);
  });
  test('stay: a dispute', async () => {
    const verdict = await next({ disputes: [{ day: day1 - 3, meter }] });
    expect([verdict.exitCode, verdict.counts.disputes, verdict.resume!.disputes.length]).toEqual([3, 1, 1]);
  });
  test('are counted once where their day is here for its links alone', async () => {
    const { resume } = await auditAsIs(load('honest'));
    const files = exported();
    edit(files, CHAIN1, (chain) => chain.noBills.push({ meter, open: true }));
    const since = { ...resume!, firstDay: day1, noBills: [{ day: day1, meter }] };
    const verdict = await auditAsIs(withChain(files, { height: 900_000, nowUnixS: 1_783_200_000 }), { since });
    expect([verdict.exitCode, verdict.counts.noBills, verdict.resume!.noBills]).toEqual([3, 1, since.noBills]);
  });
  test('come and go as the log says: a NoBill', async () => {
    const opened = { kind: 'no-bill', day: day1 - 3, meter } as const;
    const verdict = await next({}, { log: [opened] });
    expect([verdict.exitCode, verdict.resume!.noBills]).toEqual([3, [{ day: day1 - 3, meter }]]);
    const withdrawn = await next({}, { log: [opened, { ...opened, kind: 'no-bill-withdrawn' }] });
    expect([withdrawn.exitCode, withdrawn.resume!.noBills]).toEqual([0, []]);
  });
});
