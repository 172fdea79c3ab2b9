/** Runs of days without a valid statement: closed, open or failed, in the middle of a meter's service and at its end. */
import { describe, expect, test } from 'vitest';
import {
  correction,
  dateOf,
  endedBundle,
  lateUnixS,
  onRunChain,
  openRunBundle,
  readingOf,
  runBundle,
  silentMeter,
} from '../../../test/kit/attack/forged-run.ts';
import type { ChainOptions } from '../../../test/kit/audit/chain.ts';
import { FIRST_DAY } from '../../../test/kit/audit/readings.ts';
import { auditAsIs, linesOf, namesOf } from '../../../test/kit/audit/verdicts.ts';
import { encodeRoster, parseChainFile, parseRosterFile } from '../../protocol/index.ts';
import { Roster } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { stateKeys } from '../light/index.ts';
import { encodeResume, parseResume, type Resume, type Verdict } from './index.ts';

type Files = Map<string, string>;
const DAY_S = 86_400;
const LINK_DUE_S = 3_888_000;
const ANCHOR_DUE_S = 172_800;
/** By when the meter that retired with day 3 has to have its final reading. */
const READING_DUE = (FIRST_DAY + 3) * DAY_S + LINK_DUE_S;
/** By when a run on days 2 and 3 has to be closed that day 4 follows. */
const METERED_DUE = (FIRST_DAY + 4) * DAY_S + LINK_DUE_S;

const both = () => ({ 2: [{ day: correction(2), afterS: DAY_S + 90 }], 3: [{ day: correction(3), afterS: 90 }] });
const without = (files: Files, ...days: number[]): Files =>
  new Map([...files].filter(([path]) => !days.some((n) => path.startsWith(`days/${dateOf(n)}/`))));
const detailOf = (verdict: Verdict, status: 'open' | 'failed' = 'open'): string => {
  const [line, ...more] = linesOf(verdict, '7 runs', status);
  expect([line?.meter, more.length]).toEqual([silentMeter(), 0]);
  return line.detail;
};
const isOpen = (verdict: Verdict): void => {
  expect([namesOf(verdict), namesOf(verdict, 'unreadable'), namesOf(verdict, 'open'), verdict.exitCode]).toEqual([[], [], ['7 runs'], 3]);
};
const isRefused = (verdict: Verdict): void => expect([verdict.exitCode, ...namesOf(verdict)]).toEqual([1, '7 runs']);
const isClosed = (verdict: Verdict): void => {
  expect([namesOf(verdict), namesOf(verdict, 'open')]).toEqual([[], []]);
  expect(verdict).toMatchObject({ exitCode: 0, counts: { openRuns: 0, objections: 0 }, resume: { runs: [], objections: [] } });
};

describe('a run that a metered day follows', () => {
  test('is open while a link of it is, and a failure linkDue after that day', async () => {
    isOpen(await auditAsIs(await runBundle({}, { nowUnixS: METERED_DUE })));
    const late = await auditAsIs(await runBundle({}, { nowUnixS: METERED_DUE + 1 }));
    isRefused(late);
    expect(detailOf(late, 'failed')).toMatch(
      /^2026-07-02 … 2026-07-03 are not metered, and not closed in time: 2026-07-03 does not end where the metered day after it begins/,
    );
  });
  test('is closed by corrections that fit, whenever that is', async () => {
    isClosed(await auditAsIs(await runBundle(both(), { nowUnixS: METERED_DUE + 1 })));
  });
});

describe('a run that nothing follows', () => {
  test('is named and open, and carried by name', async () => {
    const verdict = await auditAsIs(await openRunBundle());
    isOpen(verdict);
    expect(detailOf(verdict)).toContain('nothing follows 2026-07-03; something has to follow by 2026-08-16');
    expect(verdict.resume!.runs).toEqual([{ meter: silentMeter(), firstDay: FIRST_DAY + 1, lastDay: FIRST_DAY + 2, follows: 'nothing' }]);
  });
  test('is not failed for time alone: what follows may be outside of the range', async () => {
    isOpen(await auditAsIs(await openRunBundle({ nowUnixS: lateUnixS(3) + 1 }), { nowUnixS: METERED_DUE * 2 }));
  });
  test('is a failure as soon as the meter is still on rosters linkDue after the run began', async () => {
    isOpen(await auditAsIs(await openRunBundle({ linkDueS: DAY_S + 1 })));
    isRefused(await auditAsIs(await openRunBundle({ linkDueS: DAY_S })));
  });
});

describe('a corrected run of which the end is not in the bundle', () => {
  test('is open, however late it is audited: what closes it is outside of the range', async () => {
    const files = onRunChain(without(await runBundle(both()), 4), { nowUnixS: METERED_DUE * 2 });
    const verdict = await auditAsIs(files);
    expect([verdict.exitCode, namesOf(verdict), namesOf(verdict, 'open')]).toEqual([3, [], ['3 corrections', '7 runs']]);
    expect(verdict.resume!.corrections.map(({ day }) => day)).toEqual([FIRST_DAY + 1, FIRST_DAY + 2]);
  });
  test('but not where a day of it is not corrected', async () => {
    const { 2: second } = both();
    const files = onRunChain(without(await runBundle({ 2: second }), 4), { nowUnixS: METERED_DUE * 2 });
    expect(namesOf(await auditAsIs(files))).toEqual(['3 corrections']);
  });
});

describe('a run with which the service ends', () => {
  test('is open without a final reading until that is due, then a failure', async () => {
    const open = await auditAsIs(await endedBundle({}, [], { nowUnixS: READING_DUE }));
    isOpen(open);
    expect(detailOf(open)).toContain('its service ended with 2026-07-03, and the chain has no final reading of it');
    expect(open.resume!.runs).toMatchObject([{ follows: 'service-end' }]);
    isRefused(await auditAsIs(await endedBundle({}, [], { nowUnixS: READING_DUE + 1 })));
  });
  test('is open with one until the correction is due, then a failure', async () => {
    const due = READING_DUE + ANCHOR_DUE_S;
    const open = await auditAsIs(await endedBundle({}, [readingOf()], { nowUnixS: due }));
    isOpen(open);
    expect(detailOf(open)).toContain('2026-07-03 does not end where the final reading says');
    expect(open.resume!.runs).toMatchObject([{ follows: 'final-reading' }]);
    isRefused(await auditAsIs(await endedBundle({}, [readingOf()], { nowUnixS: due + 1 })));
  });
  test('is closed by the correction that ends at its final reading, however much later it is audited', async () => {
    isClosed(await auditAsIs(await endedBundle(both(), [readingOf()], { nowUnixS: METERED_DUE * 2 })));
  });
  test('is not closed by a correction that ends elsewhere', async () => {
    const files = await endedBundle(both(), [readingOf({ link: 7n })], { nowUnixS: READING_DUE + 1 });
    expect(namesOf(await auditAsIs(files))).toEqual(['3 corrections']);
    const overdue = await endedBundle(both(), [readingOf({ link: 7n })], { nowUnixS: READING_DUE + ANCHOR_DUE_S + 1 });
    expect(namesOf(await auditAsIs(overdue))).toEqual(['3 corrections', '7 runs']);
  });
  test('is a failure for good where the reading, or the correction, came too late', async () => {
    const late = await auditAsIs(await endedBundle(both(), [readingOf({ unixS: READING_DUE + 1 })]));
    isRefused(late);
    expect(detailOf(late, 'failed')).toContain('its final reading came 1 s after it was due');
    const due = READING_DUE + ANCHOR_DUE_S;
    const corrected = (unixS: number) => ({
      2: [{ day: correction(2), afterS: unixS - lateUnixS(2) }],
      3: [{ day: correction(3), afterS: unixS - lateUnixS(3) }],
    });
    isClosed(await auditAsIs(await endedBundle(corrected(due), [readingOf()])));
    isRefused(await auditAsIs(await endedBundle(corrected(due + 1), [readingOf()])));
  });
  test('closed by a reading that its member objects to is named: exit code 3', async () => {
    const verdict = await auditAsIs(await endedBundle(both(), [readingOf({ objectedHeight: 900_000 })]));
    expect([namesOf(verdict), namesOf(verdict, 'open'), verdict.exitCode, verdict.counts.objections]).toEqual([[], ['3 objections'], 3, 1]);
    expect(verdict.resume).toMatchObject({ runs: [], objections: [{ meter: silentMeter(), day: FIRST_DAY + 2 }] });
  });
  test('is seen to end by the next roster alone, where the range ends with it', async () => {
    const whole = await endedBundle({}, []);
    const { digest, meters } = parseRosterFile(whole.get(`days/${dateOf(4)}/roster.json`)!);
    const { frozenUnixS, frozenHeight } = parseChainFile(whole.get(`days/${dateOf(4)}/chain.json`)!);
    const roster = Roster.encode(
      Roster.fromPartial({
        day: FIRST_DAY + 3,
        digest: Buffer.from(digest, 'hex'),
        encoded: encodeRoster({ day: FIRST_DAY + 3, meters }),
        height: BigInt(frozenHeight),
        unixS: BigInt(frozenUnixS),
      }),
    ).finish();
    const extra = [{ key: stateKeys.roster(FIRST_DAY + 3, false), value: roster }];
    const verdict = await auditAsIs(onRunChain(without(whole, 4), { extra, nowUnixS: frozenUnixS + 60 }));
    isOpen(verdict);
    expect(verdict.resume!.runs).toMatchObject([{ follows: 'service-end' }]);
    expect((await auditAsIs(onRunChain(without(whole, 4)))).resume!.runs).toMatchObject([{ follows: 'nothing' }]);
  });
});

describe('an audit that goes on', () => {
  const audited = async (files: Files): Promise<Resume> => parseResume(encodeResume((await auditAsIs(files)).resume!));
  /** What was audited before the household was seen to be gone. */
  const firstThree = () => openRunBundle({ height: 200_000, nowUnixS: lateUnixS(3) + 1 }).then(audited);
  const rosterOf = (files: Files, n: number) => {
    const { day, meters } = parseRosterFile(files.get(`days/${dateOf(n)}/roster.json`)!);
    return { roster: { day, meters } };
  };
  /** Of days that are not here, what copies were chosen from; on a chain that is later than what was audited before. */
  const later = (files: Files, options: ChainOptions & { leftOut?: number[] } = {}): Files => {
    const { leftOut = [], ...of } = options;
    return onRunChain(without(files, ...leftOut), { height: 900_000, before: leftOut.map((n) => rosterOf(files, n)), ...of });
  };

  test('from one that ended in the middle of a run sees how the run goes on, and from where it began', async () => {
    const since = await firstThree();
    const next = await endedBundle({}, []);
    const verdict = await auditAsIs(later(next, { leftOut: [1, 2], nowUnixS: READING_DUE }), { since });
    isOpen(verdict);
    expect(verdict.resume!.runs).toEqual([
      { meter: silentMeter(), firstDay: FIRST_DAY + 1, lastDay: FIRST_DAY + 2, follows: 'service-end' },
    ]);
    isRefused(await auditAsIs(later(next, { leftOut: [1, 2], nowUnixS: READING_DUE + 1 }), { since }));
  });
  test('does not lose a run whose days are not here, and lets it fail when its time is up', async () => {
    const gone = { meter: silentMeter(), firstDay: FIRST_DAY - 5, lastDay: FIRST_DAY - 4, follows: 'metered' as const };
    const since = { ...(await firstThree()), firstDay: FIRST_DAY - 6, runs: [gone] };
    const again = await openRunBundle({ height: 900_000, nowUnixS: lateUnixS(3) + 100 });
    const due = (FIRST_DAY - 2) * DAY_S + LINK_DUE_S;
    const verdict = await auditAsIs(again, { since, nowUnixS: due });
    expect([verdict.exitCode, ...namesOf(verdict)]).toEqual([3]);
    expect(verdict.resume!.runs).toEqual([
      gone,
      { meter: silentMeter(), firstDay: FIRST_DAY + 1, lastDay: FIRST_DAY + 2, follows: 'nothing' },
    ]);
    const late = await auditAsIs(again, { since, nowUnixS: due + 1 });
    isRefused(late);
    expect(detailOf(late, 'failed')).toContain('2026-06-26 is not here to show that it is');
  });
  test('from one that left the run open closes it by what it sees, and by nothing else', async () => {
    const since = await audited(await endedBundle({}, [], { height: 200_000, nowUnixS: lateUnixS(3) + 50 }));
    expect(since.runs).toMatchObject([{ follows: 'service-end' }]);
    const closed = await endedBundle(both(), [readingOf()]);
    isClosed(await auditAsIs(later(closed), { since }));
    const log = [{ kind: 'final-reading' as const, day: FIRST_DAY + 2, meter: silentMeter() }];
    const unseen = await auditAsIs(later(closed, { leftOut: [2, 3], log }), { since });
    expect([unseen.exitCode, unseen.resume]).toEqual([2, null]);
    expect(linesOf(unseen, '3 earlier days', 'unreadable')[0].detail).toContain('2026-07-03: since the earlier audit the log has');
  });
  test('names an objection of days that are not here, from its entry in the log on and for good', async () => {
    const closed = await endedBundle(both(), [readingOf()], { height: 200_000 });
    const since = await audited(closed);
    const log = [
      ...[2, 3].map((n) => ({ kind: 'correction' as const, day: FIRST_DAY + n - 1, version: 2 })),
      { kind: 'final-reading' as const, day: FIRST_DAY + 2, meter: silentMeter() },
      { kind: 'objection' as const, day: FIRST_DAY + 2, meter: silentMeter() },
    ];
    const firstDay = () => later(without(closed, 2, 3, 4), { log, nowUnixS: METERED_DUE });
    const verdict = await auditAsIs(firstDay(), { since });
    expect([...namesOf(verdict), ...namesOf(verdict, 'open'), verdict.counts.objections]).toEqual(['3 earlier objections', 1]);
    const objected = [{ meter: silentMeter(), day: FIRST_DAY + 2 }];
    expect(verdict.resume!.objections).toEqual(objected);
    const again = await auditAsIs(firstDay(), { since: verdict.resume! });
    expect(again.resume!.objections).toEqual(objected);
  });
});
