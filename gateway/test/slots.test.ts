import { describe, expect, test } from 'vitest';
import { Clock, StampWatch } from '../src/slots/clock.ts';
import { endsBetween, Granule } from '../src/slots/ends.ts';
import { Judge, type JudgeOptions, type JudgeState, type Verdict } from '../src/slots/judge.ts';
import { Quarters } from '../src/slots/quarters.ts';
import { planOf, type RegisterPlan, type Sample } from '../src/slots/sample.ts';
import type { Telegram } from '../src/telegram.ts';

const TOTAL: RegisterPlan = { import: ['1.8.0'], export: ['2.8.0'] };
const START = Date.UTC(2026, 0, 5, 12);
const UNIX_S = START / 1000;

const telegram = (registers: Record<string, number>, more: Partial<Telegram> = {}, stepMilliWh = 1000n): Telegram => ({
  registers: new Map(Object.entries(registers).map(([name, wh]) => [name, { milliWh: BigInt(Math.round(wh * 1000)), stepMilliWh }])),
  ...more,
});
const shown = (imported: number, exported = 0, more: Partial<Telegram> = {}): Telegram =>
  telegram({ '1.8.0': imported, '2.8.0': exported }, more);

/** Takes telegrams ten seconds apart; what was said of each. */
function judged(telegrams: readonly Telegram[], options: Partial<JudgeOptions> = {}, state: JudgeState = {}) {
  const judge = new Judge({ plan: TOTAL, maxWhPerSlot: 5_000, ...options }, state);
  const said = telegrams.map((one, i) => code(judge.take(one, START + 10_000 * i)));
  return { judge, said };
}
const code = (verdict: Verdict): string =>
  verdict.kind === 'dropped' ? verdict.code : verdict.kind === 'stopped' ? verdict.why : verdict.kind;
const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));

describe('a telegram is believed', () => {
  test('once two later ones fit behind it', () =>
    expect(judged([shown(1000), shown(1001), shown(1002), shown(1003)]).said).toEqual(['waits', 'waits', 'believed', 'believed']));

  test('and a spike between never is, nor does it keep the others from being', () => {
    const { judge, said } = judged([
      shown(1000),
      shown(1000),
      shown(1000),
      shown(1040),
      shown(1001),
      shown(1001),
      shown(1002),
      shown(1003),
    ]);
    expect(said.filter((one) => one !== 'waits' && one !== 'believed')).toEqual([]);
    expect(judge.state.last?.registers.get('1.8.0')).toBe(1_001_000n);
  });

  test.each<[string, Telegram, string]>([
    ['a register that shows less', shown(999), 'implausible'],
    ['zeros', shown(0), 'implausible'],
    ['a spike beyond what the connection carries', shown(9_000), 'implausible'],
    ["import in export's place, and the other way round", shown(500, 1000), 'implausible'],
    ['a register that is not there', telegram({ '1.8.0': 1001 }), 'undeclared'],
  ])('but not %s', (_, bad, why) => {
    const { said } = judged([
      shown(1000, 500),
      shown(1000, 500),
      shown(1000, 500),
      bad,
      shown(1001, 500),
      shown(1001, 500),
      shown(1001, 500),
    ]);
    expect([said[3], said.at(-1)]).toEqual([why, 'believed']);
  });

  test('but not when total and tariffs, which agreed, say different things', () => {
    const both = (total: number, low: number) => telegram({ '1.8.0': total, '1.8.1': low, '1.8.2': 700, '2.8.0': 0 });
    expect(judged([...times(5, () => both(1000, 300)), both(1000, 301.5), both(1001, 301)]).said.slice(-2)).toEqual([
      'believed',
      'believed',
    ]);
    expect(judged([...times(5, () => both(1000, 300)), both(1000, 320)]).said.at(-1)).toBe('contradiction');
  });

  test('with its tariffs added up, and not when another tariff begins to count', () => {
    const plan: RegisterPlan = { import: ['1.8.1', '1.8.2'], export: [] };
    const of = (registers: Record<string, number>) =>
      judged(
        times(3, () => telegram(registers)),
        { plan },
      );
    expect(of({ '1.8.1': 300, '1.8.2': 700, '1.8.3': 0 }).said.at(-1)).toBe('believed');
    expect(of({ '1.8.1': 300, '1.8.2': 700, '1.8.3': 1 }).said.at(-1)).toBe('undeclared');
  });

  test('from before the one before it never', () => {
    const judge = new Judge({ plan: TOTAL, maxWhPerSlot: 5_000 });
    judge.take(shown(1000), START);
    expect(code(judge.take(shown(1001), START - 1))).toBe('back-in-time');
  });
});

describe('the gateway stops and says so', () => {
  const known: JudgeState = {
    serial: 'A',
    last: {
      atMs: START - 10_000,
      registers: new Map([
        ['1.8.0', 1_000_000n],
        ['2.8.0', 0n],
      ]),
    },
  };
  test("where telegrams have another meter's number, but not for one of them", () => {
    const other = shown(1000, 0, { serial: 'B' });
    expect(
      judged(
        times(5, () => other),
        {},
        known,
      ).said,
    ).toEqual([...Array(4).fill('other-meter'), 'meter-exchanged']);
    const { said } = judged([other, other, shown(1000, 0, { serial: 'A' }), other, other, other], {}, known);
    expect(said).not.toContain('meter-exchanged');
    expect(said[2]).toBe('waits');
  });

  test('where registers fell or jumped for good, and it stays so over a restart', () => {
    const { judge, said } = judged(
      times(20, (i) => shown(5 + i)),
      {},
      known,
    );
    expect([said[18], said[19]]).toEqual(['implausible', 'registers-fell']);
    expect(code(new Judge({ plan: TOTAL, maxWhPerSlot: 5_000 }, judge.state).take(shown(1001), START + 900_000))).toBe('registers-fell');
    expect(
      judged(
        times(20, () => shown(900_000)),
        {},
        known,
      ).said.at(-1),
    ).toBe('registers-jumped');
  });

  test('where what is exported is counted as import', () => {
    const going = times(200, (i) => shown(1000 + i * 5, 0, { powerW: -1800 }));
    expect(judged(going).said).toContain('export-in-import');
    const well = times(200, (i) => shown(1000, i * 5, { powerW: -1800 }));
    expect(judged(well).said).not.toContain('export-in-import');
  });

  test('but only drops what stands still under power: a reader off its port', () => {
    const still = times(200, () => shown(1001, 0, { powerW: 2000 }));
    const { said } = judged([...still, shown(1500, 0, { powerW: 2000 }), ...times(5, (i) => shown(1500 + i, 0, { powerW: 2000 }))]);
    expect(said).toContain('frozen');
    expect(said.at(-1)).toBe('believed');
    const kiloWh = times(200, () => telegram({ '1.8.0': 1000, '2.8.0': 0 }, { powerW: 2000 }, 1_000_000n));
    expect(judged(kiloWh).said).not.toContain('frozen');
  });
});

describe('a meter locked by its PIN', () => {
  test('which writes tenths of a Wh and counts in kWh, goes on over each of its steps, at a telegram a second', () => {
    const judge = new Judge({ plan: TOTAL, maxWhPerSlot: 5_000 });
    const said = times(3_000, (s) => {
      const kiloWh = 4_711_000 + 1000 * Math.floor((s + 500) / 1_000);
      return code(judge.take(telegram({ '1.8.0': kiloWh, '2.8.0': 0 }, {}, 100n), START + 1000 * s));
    });
    expect(new Set(said)).toEqual(new Set(['waits', 'believed']));
  });
  test('is no reason to believe a whole kWh of a meter that shows more', () => {
    const seen = times(5, (i) => shown(1000.3 + i / 10));
    expect(judged([...seen, shown(2_000.8)]).said.at(-1)).toBe('implausible');
  });
});

describe('a reader that somebody else made', () => {
  const stillS = 3_600;
  test('is not believed for longer than declared where nothing changes, and its coming back stops nothing', () => {
    const still = times(500, () => shown(1000));
    const back = times(6, (i) => shown(8_000 + i));
    const { said, judge } = judged([...still, ...back], { stillS });
    expect([said[360], said[361], said[499], said.at(-1)]).toEqual(['believed', 'stale', 'stale', 'believed']);
    expect(judge.state.last?.registers.get('1.8.0')).toBe(8_003_000n);
    expect(judged([...still, ...times(30, (i) => shown(8_000 + i))]).said.at(-1)).toBe('registers-jumped'); // a port that says what is new
  });
  test('is new where anything changes: power, a stamp', () => {
    expect(
      judged(
        times(500, (i) => shown(1000, 0, { powerW: i % 2 })),
        { stillS },
      ).said,
    ).not.toContain('stale');
    expect(
      judged(
        times(500, (i) => shown(1000, 0, { stampUnixS: i })),
        { stillS },
      ).said,
    ).not.toContain('stale');
  });
  test('that comes back says nothing about the quarter-hour in which it does', () => {
    const quarters = new Quarters({ plan: TOTAL, maxWhPerSlot: 5_000, distanceS: 30, stillS });
    const at = (s: number, wh: number) => quarters.take(shown(wh), START + s * 1000).map(({ slot }) => slot - START / 900_000);
    const said = times(300, (i) => at(i * 10, i < 200 ? 1000 : 4_000 + i)).flat(); // back 2000 seconds on
    expect([said, quarters.counts.missingSlots]).toEqual([[0, 1], 1]);
  });
  test('that stood still under power may come back, too', () => {
    const still = times(200, () => shown(1001, 0, { powerW: 2_000 }));
    const { said } = judged([...still, ...times(40, (i) => shown(3_500 + i, 0, { powerW: 2_000 }))]);
    expect([said[150], said.at(-1)]).toEqual(['frozen', 'believed']);
  });
});

describe('a display that begins again at 0', () => {
  const rollsOverAtWh = 1_000_000n;
  test('is counted on where it can have got there, in each register for itself', () => {
    const plan: RegisterPlan = { import: ['1.8.1', '1.8.2'], export: [] };
    const at = (low: number) => telegram({ '1.8.1': low, '1.8.2': 500 });
    const { judge, said } = judged([...times(3, () => at(999_999)), ...times(3, () => at(3))], { plan, rollsOverAtWh });
    expect(said.at(-1)).toBe('believed');
    expect(judge.state.last?.registers).toEqual(
      new Map([
        ['1.8.1', 1_000_003_000n],
        ['1.8.2', 500_000n],
      ]),
    );
  });
  test('is none where it cannot', () =>
    expect(judged([...times(3, () => shown(500_000)), shown(3)], { rollsOverAtWh }).said.at(-1)).toBe('implausible'));
});

describe("a slot's end", () => {
  const END = START + 900_000;
  const sample = (atMs: number, wh: number, exported = 0): Sample => {
    const [importMilliWh, exportMilliWh] = [BigInt(Math.round(wh * 1000)), BigInt(exported * 1000)];
    return { atMs, registers: new Map(), importMilliWh, exportMilliWh, stepMilliWh: 1n };
  };
  const between = (before: Sample, after: Sample, granuleMilliWh = 1n) => endsBetween(before, after, 30_000, granuleMilliWh);
  const wh = ({ ends }: ReturnType<typeof endsBetween>) => ends.map(({ importRegisterWh }) => importRegisterWh);

  test('is the reading at it, or lies on the straight line between two near ones, cut off downwards', () => {
    expect(wh(between(sample(END - 10_000, 1000), sample(END, 1007.9)))).toEqual([1007n]);
    expect(wh(between(sample(END - 10_000, 1000), sample(END + 10_000, 1005)))).toEqual([1002n]);
    expect(wh(between(sample(END - 1_000, 1000), sample(END + 2_000, 1003)))).toEqual([1001n]);
  });
  test('is never below what was shown before, however coarse the steps seem', () =>
    expect(wh(between(sample(END - 10_000, 999.99), sample(END + 10_000, 1000), 1_000_000n))).toEqual([999n]));
  test('is missing between two that are far apart, and counted', () =>
    expect(between(sample(END - 10_000, 1000), sample(END + 30_000, 1005))).toEqual({ ends: [], missing: 1 }));
  test('is known between any two that show the same', () =>
    expect(wh(between(sample(END - 10_000, 1000), sample(END + 1_800_000, 1000)))).toEqual([1000n, 1000n, 1000n]));
  test('is not said twice', () => {
    expect(wh(between(sample(END, 1000), sample(END + 10_000, 1001)))).toEqual([]);
    expect(wh(between(sample(END - 20_000, 1000), sample(END - 10_000, 1001)))).toEqual([]);
  });
  test('of a meter of whole kWh is what it showed before', () => {
    const granule = new Granule();
    const [before, after] = [sample(END - 10_000, 7_000), sample(END + 10_000, 8_000)];
    granule.see(before);
    granule.see(after);
    expect(granule.milliWh).toBe(1_000_000n);
    expect(wh(between(before, after, granule.milliWh))).toEqual([7_000n]);
    granule.see(sample(END, 8_000.3));
    expect(granule.milliWh).toBe(100n);
  });
});

describe('time', () => {
  const at = (minutes: number): number => 60_000 * minutes;
  test('is not trusted before NTP has set the clock, nor in 1970', async () => {
    let [now, synchronized] = [at(3), true as boolean | undefined];
    const clock = new Clock({ isSynchronized: async () => synchronized, nowMs: () => now });
    expect(await clock.ask(0)).toBe(false); // a Pi without a network says yes to nothing
    now = START;
    synchronized = false;
    expect(await clock.ask(at(1))).toBe(false);
    synchronized = undefined;
    expect(await clock.ask(at(2))).toBe(false);
    synchronized = true;
    expect(await clock.ask(at(3))).toBe(true);
    synchronized = false; // the network is away for a week: the clock runs on
    expect(await clock.ask(at(30))).toBe(true);
  });
  test('is trusted without NTP where that is declared', async () => {
    const clock = new Clock({ isSynchronized: async () => undefined, trust: 'system', nowMs: () => START });
    expect(await clock.ask(0)).toBe(true);
  });
  test('that somebody set is noticed, and one that is slewed is not', () => {
    let now = START;
    const clock = new Clock({ isSynchronized: async () => true, nowMs: () => now });
    expect(clock.look(0)).toBe('steady');
    now += at(1) + 300;
    expect(clock.look(at(1))).toBe('steady');
    expect(clock.unixMs(at(2))).toBe(START + at(2) + 300);
    now += 3_600_000;
    expect(clock.look(at(2))).toBe('set');
  });

  test('that was set after NTP was asked, before the first telegram, is noticed, too', async () => {
    let now = START;
    const clock = new Clock({ isSynchronized: async () => true, nowMs: () => now });
    expect(await clock.ask(0)).toBe(true);
    now += 3_600_000;
    expect(clock.look(at(1))).toBe('set');
  });

  const watched = (watch: StampWatch, apart: readonly number[]): string[] =>
    apart.map((s, i) => watch.judge(UNIX_S + i - s, START + i * 1000) ?? 'taken');
  test('of the meter may be off, as long as it stays so; late telegrams, 1970 and the future are dropped', () => {
    const watch = new StampWatch();
    expect(watched(watch, [77, 77, 78, 76])).toEqual(['late', 'taken', 'taken', 'taken']);
    expect(watched(watch, [77, 400, 399, 398, UNIX_S, -86_400, 77])).toEqual(['taken', 'late', 'late', 'late', 'late', 'late', 'taken']);
    expect(watch.judge(undefined, START)).toBeUndefined();
  });
  test('of the meter is known by two of the first three, whatever one broken stamp says', () =>
    expect(watched(new StampWatch(), [77, UNIX_S, 77, 78])).toEqual(['late', 'late', 'taken', 'taken']));
  test('of the meter that was set anew is followed after a while', () =>
    expect(watched(new StampWatch(), [2, 2, ...Array(11).fill(90)]).slice(-3)).toEqual(['late', 'taken', 'taken']));
});

describe('quarters', () => {
  test('of telegrams that come for a while and then from another time are kept apart', () => {
    const quarters = new Quarters({ plan: TOTAL, maxWhPerSlot: 5_000, distanceS: 30 });
    const near = START + 880_000;
    const ends = [0, 10, 20, 30, 40, 50].flatMap((s, i) => {
      if (s === 20) quarters.forgetTimes(); // the clock was set just before the end
      return quarters.take(shown(1000 + i), near + s * 1000);
    });
    expect(ends).toEqual([]);
    expect(quarters.counts.believed).toBe(2);
  });
  test('go on with a meter’s clock as it is apart from ours after ours was set: two telegrams say by how much', () => {
    const quarters = new Quarters({ plan: TOTAL, maxWhPerSlot: 5_000, distanceS: 30 });
    const say = (s: number, apartS: number): void =>
      void quarters.take(shown(1000, 0, { stampUnixS: UNIX_S + s - apartS }), START + s * 1000);
    for (const s of [0, 10, 20]) say(s, 0);
    quarters.forgetTimes();
    for (const s of [3_630, 3_640, 3_650]) say(s, 3_600);
    expect(quarters.counts.dropped).toEqual({ late: 2 }); // the first of all, and the first after it was set
    say(3_660, 0);
    expect(quarters.counts.dropped).toEqual({ late: 3 });
  });
  test('are cut off to the steps that the meter was seen to count in before a restart', () => {
    const options = { plan: TOTAL, maxWhPerSlot: 50_000, distanceS: 3_660, confirmations: 1 };
    const before = new Quarters(options);
    for (const [s, wh] of [999.5, 1_000, 1_000].entries()) before.take(shown(wh), START + s * 1000); // whole kWh, by chance, at last
    const after = new Quarters(options, before.state);
    const ends = [1_801, 1_802, 1_803].flatMap((s) => after.take(shown(2_000), START + s * 1000));
    expect(ends.map(({ importRegisterWh }) => importRegisterWh)).toEqual([1_499n, 1_999n]);
  });
  test('go on after a restart from what was kept, near or far', () => {
    const options = { plan: TOTAL, maxWhPerSlot: 5_000, distanceS: 30 };
    const before = new Quarters(options);
    for (const s of [0, 1, 2]) before.take(shown(1000), START + 890_000 + s * 1000);
    const near = new Quarters(options, before.state);
    const ends = [901, 902, 903].flatMap((s) => near.take(shown(1011), START + s * 1000));
    expect(ends).toMatchObject([{ importRegisterWh: 1009n }]); // 1000 at 892, 1011 at 901
    const far = new Quarters(options, before.state);
    expect([1000, 1001, 1002].flatMap((s) => far.take(shown(1011), START + s * 1000))).toEqual([]);
    expect(far.counts.missingSlots).toBe(1);
  });
});

describe('behind transformers', () => {
  const plan: RegisterPlan = { ...TOTAL, multiplier: 40 };
  test('registers are stated times their ratio, after a restart too', () => {
    const options = { plan, maxWhPerSlot: 5_000, distanceS: 30 };
    const before = new Quarters(options);
    for (const s of [0, 1, 2]) before.take(shown(1000), START + 890_000 + s * 1000);
    expect(before.state.last?.registers.get('1.8.0')).toBe(1_000_000n);
    const after = new Quarters(options, before.state);
    expect([901, 902, 903].flatMap((s) => after.take(shown(1001), START + s * 1000))).toMatchObject([{ importRegisterWh: 40_030n }]);
  });
  test('what the connection carries holds for what is stated: a rise that fits the register alone is none', () => {
    const rising = (plan: RegisterPlan) => judged([shown(1000.003), ...times(3, () => shown(1100.003))], { plan }).said;
    expect([rising(TOTAL), rising(plan)]).toEqual([
      ['waits', 'waits', 'believed', 'believed'],
      ['waits', 'waits', 'waits', 'believed'],
    ]);
  });
});

test('the plan that set-up proposes is the total, or all tariffs', () => {
  expect(planOf(telegram({ '1.8.0': 3, '1.8.1': 1, '1.8.2': 2, '2.8.0': 0 }))).toEqual(TOTAL);
  expect(planOf(telegram({ '1.8.1': 1, '1.8.2': 2 }))).toEqual({ import: ['1.8.1', '1.8.2'], export: [] });
});
