/**
 * Where a meter's service ends (protocol §9.3): silence that nobody reconciles, and readings by hand that say what suits the operator.
 * What a display showed nobody can prove; but the operator says it once, in time, on the chain, bills by it, and the member's objection
 * stays.
 */
import type { AuditOptions } from '../src/reader/audit/index.ts';
import { verifyReading } from '../src/reader/member/index.ts';
import type { Files } from '../test/kit/attack/forged-bundle.ts';
import { linkBlinding } from '../test/kit/attack/forged-day.ts';
import {
  correction,
  dateOf,
  endedBundle,
  firstBook,
  lateUnixS,
  onRunChain,
  openRunBundle,
  readingOf,
  silentMeter,
  used,
} from '../test/kit/attack/forged-run.ts';
import { type AttackChain, message } from '../test/kit/attack/hostile-chain.ts';
import { closing } from '../test/kit/audit/booked-day.ts';
import { edit } from '../test/kit/audit/bundles.ts';
import { FIRST_DAY } from '../test/kit/audit/readings.ts';
import type { TestAccount, TestMessage } from '../test/kit/chain.ts';
import type { Attack, Outcome } from './attack.ts';
import { audit, auditAttack, seen } from './audit-attack.ts';
import { close, dayOver, outcome, rule } from './chain.ts';

const group = 'final readings';
const DAY_S = 86_400;
const ANCHOR_DUE_S = 172_800;
/** By when the household that retired with day 3 has to have its final reading: 45 days after the end of that day. */
const READING_DUE = (FIRST_DAY + 3) * DAY_S + 3_888_000;
const CHAIN3 = `days/${dateOf(3)}/chain.json`;
const YEARS_LATER = 1_900_000_000;

/** Both silent days corrected to what the household really used, anchored at once. */
const corrected = (unixS = lateUnixS(3) + 90) => ({
  2: [{ day: correction(2), afterS: unixS - lateUnixS(2) }],
  3: [{ day: correction(3), afterS: unixS - lateUnixS(3) }],
});

const inTime = (): Promise<Files> => endedBundle(corrected(), [readingOf()], { nowUnixS: YEARS_LATER });
const asItShould = { also: async () => seen('read and corrected in time', audit(await inTime())) };

/** The chain has it; the export does not. */
async function hidden(
  change: (chain: { finalReadings: { objectedHeight: string | null }[] }) => void,
  files: Promise<Files>,
): Promise<Files> {
  const forged = new Map(await files);
  edit(forged, CHAIN3, change);
  return forged;
}

/** A file in which the reading is what the member was told, though the operator put another one on the chain. */
const toldOtherwise: Attack = {
  name: 'reading-told-otherwise',
  group,
  by: 'operator',
  does: 'tells the member one reading, with a file that has it, and commits to another one on the chain',
  refusedBy: ['2 state proofs'],
  run: async (): Promise<Outcome> => {
    const files = await hidden(
      (chain) => {
        Object.assign(chain.finalReadings[0], { link: String(readingOf().link) });
      },
      endedBundle({}, [readingOf({ link: 7n })]),
    );
    const { meter } = used(3);
    const told = { meter, ...closing(used(3)), blinding: linkBlinding(meter, FIRST_DAY + 3) };
    const { holds, unproven } = await verifyReading(files, told);
    return {
      refusals: unproven === null ? [] : [unproven.split(':')[0]],
      without: { succeeds: holds === true, how: 'the registers that were told open what the file has' },
    };
  },
};

const objected = () => readingOf({ objectedHeight: 900_000 });

/** The last day as of the block before the objection, beside a newer header whose log has it. */
async function objectionInAnOldState(): Promise<Files> {
  const before = await endedBundle(corrected(), [readingOf()], { height: 700_000 });
  const files = await endedBundle(corrected(), [objected()], { height: 900_000, nowUnixS: READING_DUE });
  for (const name of ['state', 'chain']) files.set(`days/${dateOf(3)}/${name}.json`, before.get(`days/${dateOf(3)}/${name}.json`)!);
  const [{ header, commit }] = JSON.parse(before.get('light.json')!).blocks;
  edit(files, 'light.json', (light) => light.blocks.unshift({ header, commit }));
  return files;
}

/** An audit of all that was before day 3, which left a silence of 44 days open. */
async function longSilent(): Promise<Partial<AuditOptions>> {
  const { resume } = await audit(await openRunBundle({ height: 200_000, nowUnixS: lateUnixS(3) + 1 }));
  const run = { meter: silentMeter(), firstDay: FIRST_DAY - 43, lastDay: FIRST_DAY + 1, follows: 'nothing' as const };
  return { since: { ...resume!, lastDay: FIRST_DAY + 1, lastBooks: [], runs: [run] } };
}

/** Day 3, on which the household is silent, after day 2, on which it is. */
async function stillSilent(): Promise<Files> {
  const files = await openRunBundle();
  for (const path of [...files.keys()]) if (path.startsWith(`days/${dateOf(1)}/`)) files.delete(path);
  return onRunChain(files, { before: [{ roster: firstBook(1).roster }], height: 900_000, nowUnixS: lateUnixS(3) + 100 });
}

// ── The chain's own rules ────────────────────────────────────────────────────

const reading = ({ operator }: AttackChain, meter: TestAccount, fill = 1): TestMessage =>
  message('FinalReading', { operator: operator.address, meter: meter.address, link: new Uint8Array(32).fill(fill) });

/** Meters whose service ends with a day that `signs` of them sign and the others do not; the day's roster is frozen. */
async function endedMeters(c: AttackChain, signs: readonly boolean[]): Promise<{ meters: TestAccount[]; day: number }> {
  const meters = signs.map(() => c.take());
  const served = await dayOver(c);
  for (const meter of meters) await c.must(meter, close(c, meter, served));
  await c.freeze(served);
  const day = c.today;
  for (const { address } of meters)
    await c.must(c.operator, message('RetireMeter', { operator: c.operator.address, meter: address, lastDay: day }));
  await dayOver(c);
  for (const [i, meter] of meters.entries()) if (signs[i]) await c.must(meter, close(c, meter, day));
  await c.freeze(day);
  return { meters, day };
}

const chainRules: readonly Attack[] = [
  rule(
    'reading-of-a-signed-day',
    'operator',
    "reads by hand where the meter's own statement says something else",
    'meter/96',
    async (c) => {
      const { meters, day } = await endedMeters(c, [true, false]);
      await c.freezeLate(day);
      const refused = await c.send(c.operator, reading(c, meters[0]));
      return outcome(refused, await c.send(c.operator, reading(c, meters[1])), 'of a meter that signed nothing');
    },
  ),
  rule('second-reading', 'operator', 'reads again, when the first reading turns out badly', 'meter/97', async (c) => {
    const { meters, day } = await endedMeters(c, [false, false]);
    await c.freezeLate(day);
    await c.must(c.operator, reading(c, meters[0]));
    const refused = await c.send(c.operator, reading(c, meters[0], 2));
    return outcome(refused, await c.send(c.operator, reading(c, meters[1], 2)), 'of a meter that was not read yet');
  }),
  rule('reading-before-the-late-roster', 'operator', 'reads before the meter can have sent its statement late', 'meter/94', async (c) => {
    const { meters, day } = await endedMeters(c, [false]);
    const refused = await c.send(c.operator, reading(c, meters[0]));
    await c.freezeLate(day);
    return outcome(refused, await c.send(c.operator, reading(c, meters[0])), 'after it');
  }),
];

export const finalReadingAttacks: readonly Attack[] = [
  auditAttack({
    name: 'silence-at-the-end',
    group,
    by: 'operator',
    does: 'keeps a meter on the rosters that has been silent for 45 days, and bills copies of the days that suit',
    refusedBy: ['7 runs'],
    bundle: () => openRunBundle({ linkDueS: DAY_S }),
    also: async () => seen('where the meter may be silent for longer', audit(await openRunBundle({ linkDueS: DAY_S + 1 }))),
  }),
  auditAttack({
    name: 'silence-over-many-months',
    group,
    by: 'operator',
    does: 'does the same where each month by itself shows a short silence',
    refusedBy: ['7 runs'],
    bundle: stillSilent,
    options: longSilent,
  }),
  auditAttack({
    name: 'retired-and-never-read',
    group,
    by: 'operator',
    does: 'retires a silent meter and leaves its last days at what was copied',
    refusedBy: ['7 runs'],
    bundle: () => endedBundle({}, [], { nowUnixS: READING_DUE + 1 }),
    ...asItShould,
  }),
  auditAttack({
    name: 'read-and-never-corrected',
    group,
    by: 'operator',
    does: 'commits to the reading, and leaves the bills as they were',
    refusedBy: ['7 runs'],
    bundle: () => endedBundle({}, [readingOf()], { nowUnixS: READING_DUE + ANCHOR_DUE_S + 1 }),
    ...asItShould,
  }),
  auditAttack({
    name: 'reading-that-is-not-l1',
    group,
    by: 'operator',
    does: 'commits to one register and bills up to another',
    refusedBy: ['3 corrections'],
    bundle: () => endedBundle(corrected(), [readingOf({ link: 7n })], { nowUnixS: READING_DUE }),
    ...asItShould,
  }),
  auditAttack({
    name: 'reading-too-late',
    group,
    by: 'operator',
    does: 'reads when it is known what suits, months after the meter is gone',
    refusedBy: ['7 runs'],
    bundle: () => endedBundle(corrected(READING_DUE + 60), [readingOf({ unixS: READING_DUE + 1 })]),
    ...asItShould,
  }),
  auditAttack({
    name: 'correction-too-late-after-the-reading',
    group,
    by: 'operator',
    does: 'reads in time, and corrects the bills when nobody looks any more',
    refusedBy: ['7 runs'],
    bundle: () => endedBundle(corrected(READING_DUE + ANCHOR_DUE_S + 1), [readingOf()]),
    ...asItShould,
  }),
  auditAttack({
    name: 'reading-withheld',
    group,
    by: 'node',
    does: 'exports the last day without the reading that the chain holds',
    refusedBy: ['2 state proofs'],
    bundle: () => hidden((chain) => chain.finalReadings.pop(), endedBundle({}, [readingOf()])),
  }),
  toldOtherwise,
  auditAttack({
    name: 'objection-withheld',
    group,
    by: 'node',
    does: "exports a reading without its member's objection",
    refusedBy: ['2 state proofs'],
    bundle: () =>
      hidden(
        (chain) => {
          chain.finalReadings[0].objectedHeight = null;
        },
        endedBundle(corrected(), [objected()]),
      ),
    also: async () => seen('shown', audit(await endedBundle(corrected(), [objected()]))),
  }),
  auditAttack({
    name: 'objection-in-an-old-state',
    group,
    by: 'node',
    does: 'shows the last day as of a block before the objection',
    refusedBy: ['2 log'],
    exitCode: 2,
    bundle: objectionInAnOldState,
  }),
  ...chainRules,
];
