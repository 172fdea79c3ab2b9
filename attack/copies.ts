/**
 * Days without a valid statement: which day is copied, what a late statement is owed, what a correction may bill (protocol §9.2, §9.4).
 * Every proof in these bundles holds; what is false is a choice that the chain's state leaves to nobody.
 */
import { dayToDate, earlierPath, type Roster, VOID_AFTER_S } from '../src/protocol/index.ts';
import { claimed, firstBookOf, zeroCorrection } from '../test/kit/attack/forged-beginning.ts';
import { type Files, honest, measured, meterOf, onItsChain, path2, plan2, withEntry } from '../test/kit/attack/forged-bundle.ts';
import { bookDay } from '../test/kit/attack/forged-day.ts';
import { correction, firstBook, lateMeters, runBundle, used } from '../test/kit/attack/forged-run.ts';
import type { BookedDay } from '../test/kit/audit/booked-day.ts';
import { edit } from '../test/kit/audit/bundles.ts';
import { withChain } from '../test/kit/audit/chain.ts';
import { signedCommitment, signedDay } from '../test/kit/audit/days.ts';
import type { DayBefore } from '../test/kit/audit/earlier.ts';
import { FIRST_DAY } from '../test/kit/audit/readings.ts';
import type { Attack } from './attack.ts';
import { audit, auditAttack, seen } from './audit-attack.ts';
import { corrected, LATE_S } from './books.ts';

const WEEK_BEFORE = FIRST_DAY + 1 - 7;
const ANCHOR_DUE_S = 172_800;

// ── Which day is copied ──────────────────────────────────────────────────────

/** A week before day 2 the silent meter had committed to a day, as the chain's roster of that day has it. */
const weekBefore = (): Roster => ({
  day: WEEK_BEFORE,
  meters: [{ meter: meterOf('missing'), commitment: signedCommitment(measured('missing', 1), WEEK_BEFORE) }],
});

/** The honest copy of day 1, on a chain whose rosters say that it should have been that of a week before. */
const ofChoice = (): Promise<Files> => onItsChain(bookDay(plan2('copied day of choice')), { before: [{ roster: weekBefore() }] });

/** A copy of the day of a week before, proven; the chain disputes that day, or does not. */
function ofTheWeekBefore(disputed: readonly string[]): Promise<Files> {
  const copies = signedDay(measured('missing', 1), WEEK_BEFORE);
  const day = bookDay(plan2('copy of a week before', { entries: withEntry('missing', (entry) => ({ ...entry, copies })) }));
  return onItsChain(day, { before: [{ roster: weekBefore(), disputed }] });
}

const anchorOf2 = () => bookDay(plan2('copied day of choice')).chain.anchors[0];

/** A week before, as it is void exactly when the book that could copy it is anchored; or would be, had the chain not verified it. */
const weekBeforeOnTheEdge = (proven: boolean): DayBefore => ({
  roster: weekBefore(),
  proven,
  frozenUnixS: anchorOf2().unixS - VOID_AFTER_S,
});

/** The copy of a day of a week before, which the chain has verified, or which is void. */
function ofAnUnverifiedWeekBefore(proven: boolean, nowUnixS?: number): Promise<Files> {
  const copies = signedDay(measured('missing', 1), WEEK_BEFORE);
  const day = bookDay(plan2('copy of a week before', { entries: withEntry('missing', (entry) => ({ ...entry, copies })) }));
  return onItsChain(day, { before: [weekBeforeOnTheEdge(proven)], ...(nowUnixS === undefined ? {} : { nowUnixS }) });
}

/** `files`, but the day of a week before is shown as it was after a block before the anchor, when the chain had not verified it. */
async function shownAsItWas(files: Files): Promise<Files> {
  const before = await onItsChain(bookDay(plan2('copied day of choice')), {
    before: [weekBeforeOnTheEdge(false)],
    height: anchorOf2().height - 5,
  });
  const path = earlierPath(dayToDate(WEEK_BEFORE));
  const block = JSON.parse(before.get('light.json')!).blocks[0];
  edit(files, 'light.json', (light) => light.blocks.unshift(block));
  files.set(path, before.get(path)!);
  return files;
}

/** Yesterday's copy, with proofs by which the chain had not verified the day that should have been copied: it did, a block later. */
const voidThatIsNone = async (): Promise<Files> =>
  shownAsItWas(
    await onItsChain(bookDay(plan2('copied day of choice')), {
      before: [weekBeforeOnTheEdge(true)],
      nowUnixS: anchorOf2().unixS + 10_000,
    }),
  );

async function withoutADayLookedAt(): Promise<Files> {
  const files = await honest();
  files.delete(earlierPath(dayToDate(WEEK_BEFORE)));
  return files;
}

export const copyAttacks: readonly Attack[] = [
  auditAttack({
    name: 'copied-day-of-choice',
    group: 'copies',
    by: 'operator',
    does: 'copies yesterday for a silent meter, though the same weekday has a commitment of it',
    refusedBy: ['3 copies'],
    bundle: ofChoice,
  }),
  auditAttack({
    name: 'copy-of-a-disputed-day',
    group: 'copies',
    by: 'operator',
    does: 'copies a day that the chain disputes, whose commitment is whatever it is',
    refusedBy: ['3 copies'],
    bundle: () => ofTheWeekBefore([meterOf('missing')]),
    also: async () =>
      seen(
        'undisputed',
        ofTheWeekBefore([]).then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'copy-of-a-void-day',
    group: 'copies',
    by: 'operator',
    does: 'copies a day whose book the chain never verified, though its time was over',
    refusedBy: ['3 copies'],
    bundle: () => ofAnUnverifiedWeekBefore(false),
    also: async () =>
      seen(
        'of a verified day',
        ofAnUnverifiedWeekBefore(true).then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'void-that-is-none',
    group: 'copies',
    by: 'node',
    does: 'passes over a day that the chain verified, and shows it as of a block before that, as if it were void',
    refusedBy: ['3 copies'],
    exitCode: 2,
    bundle: voidThatIsNone,
  }),
  auditAttack({
    name: 'void-day-hidden',
    group: 'copies',
    by: 'node',
    does: 'copies a void day, and shows it as of a block at which its time was not over',
    refusedBy: ['3 copies'],
    exitCode: 2,
    bundle: async () => shownAsItWas(await ofAnUnverifiedWeekBefore(false, anchorOf2().unixS + 10_000)),
  }),
  auditAttack({
    name: 'day-looked-at-left-out',
    group: 'copies',
    by: 'node',
    does: 'exports a copy without the days that come first',
    refusedBy: ['3 copies'],
    exitCode: 2,
    bundle: withoutADayLookedAt,
  }),
];

// ── What a correction may bill ───────────────────────────────────────────────

/** Chain time at which a correction anchored 50 s after the late roster of a silent day is overdue to be of a closed run. */
const overdue = (n: number): number => firstBook(n).chain.frozenUnixS + LATE_S + 3 + 50 + ANCHOR_DUE_S + 1;

/** Day 2 at another sum, though day 4 shows what both days used. */
const invented = () => correction(2, { values: { ...used(2), importWh: used(2).importWh.map((wh) => wh + 1000) } }, { name: 'invented' });

/** Version 2 bills the late statement; then the day is disputed, and booked in another shape as that of a run. */
function disputedAfterItWasBilled(): Promise<Files> {
  const roster = lateMeters(2, true);
  const late = correction(2, { source: 'metered' }, { roster, name: 'late' });
  const turned = { ...used(2), importWh: [...used(2).importWh].reverse() };
  const again = correction(2, { source: 'disputed', values: turned, rostered: null }, { roster, version: 3, name: 'disputed' });
  return runBundle({ 2: [{ day: late }, { day: again, disputed: true }], 3: [{ day: correction(3) }] });
}

async function billedTooLate(): Promise<Files> {
  const files = await corrected({});
  edit(files, path2('chain.json'), (chain) => {
    chain.anchors[1].unixS = String(Number(chain.lateRoster.frozenUnixS) + ANCHOR_DUE_S + 1);
  });
  return withChain(files);
}

const bothCorrected = (): Promise<Files> => runBundle({ 2: [{ day: correction(2) }], 3: [{ day: correction(3) }] });

/** A household's first two days, of which no register is known: corrected as zero days, or as somebody likes. */
const beginning = (second: BookedDay, third: BookedDay): Promise<Files> =>
  runBundle({ 2: [{ day: second }], 3: [{ day: third }] }, {}, firstBookOf);

/** Day 3 bills what the meter would have used had it been metered; day 2 is zero where that begins, so that every link fits. */
function billedBeforeTheFirstReading(): Promise<Files> {
  const values = { ...claimed(), importWh: claimed().importWh, exportWh: claimed().exportWh };
  const { importStartWh, exportStartWh } = claimed();
  const zero = { ...claimed(), importStartWh, exportStartWh, importWh: Array(96).fill(0), exportWh: Array(96).fill(0) };
  const second = zeroCorrection(2, { values: zero, midnight: FIRST_DAY + 2 }, { name: 'before what is billed' });
  return beginning(second, zeroCorrection(3, { values, midnight: undefined }, { name: 'billed before the first reading' }));
}

export const runAttacks: readonly Attack[] = [
  auditAttack({
    name: 'late-statement-billed-too-late',
    group: 'runs',
    by: 'operator',
    does: 'bills a late statement when it was no longer due, but overdue',
    refusedBy: ['3 late'],
    bundle: billedTooLate,
    also: async () =>
      seen(
        'in time',
        corrected({}).then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'late-statement-disputed-afterwards',
    group: 'runs',
    by: 'operator',
    does: 'disputes a late statement that version 2 bills, and bills the day anew as one of a run',
    refusedBy: ['3 meters'],
    bundle: disputedAfterItWasBilled,
  }),
  auditAttack({
    name: 'correction-of-no-closed-run',
    group: 'runs',
    by: 'operator',
    does: 'bills a silent day in a later version at a sum that no register bears out',
    refusedBy: ['3 corrections'],
    bundle: () => runBundle({ 2: [{ day: invented() }], 3: [{ day: correction(3) }] }, { nowUnixS: overdue(3) }),
    also: async () =>
      seen(
        'at the sum of the registers',
        bothCorrected().then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'run-at-the-prices-of-slots',
    group: 'runs',
    by: 'operator',
    does: "bills a closed run at its slots' prices, over slots that it chose",
    refusedBy: ['5 bills'],
    bundle: () => {
      const billedAt = () => firstBook(2).book.prices;
      return runBundle({ 2: [{ day: correction(2, { billedAt }, { name: 'at the prices of slots' }) }], 3: [{ day: correction(3) }] });
    },
  }),
  auditAttack({
    name: 'energy-before-the-first-reading',
    group: 'runs',
    by: 'operator',
    does: "bills energy on a day before a meter's first metered one, below registers that nobody has seen",
    refusedBy: ['3 corrections'],
    bundle: billedBeforeTheFirstReading,
    also: async () =>
      seen(
        'as zero days',
        beginning(zeroCorrection(2), zeroCorrection(3)).then((files) => audit(files)),
      ),
  }),
  auditAttack({
    name: 'run-half-corrected',
    group: 'runs',
    by: 'operator',
    does: 'corrects the day of a run that gains by it, and leaves the other as it is',
    refusedBy: ['3 corrections'],
    bundle: () => runBundle({ 2: [{ day: correction(2) }] }, { nowUnixS: overdue(2) }),
  }),
  auditAttack({
    name: 'run-corrected-a-day-at-a-time',
    group: 'runs',
    by: 'operator',
    does: 'corrects the days of a run months apart',
    refusedBy: ['3 corrections'],
    bundle: () => runBundle({ 2: [{ day: correction(2) }], 3: [{ day: correction(3), afterS: ANCHOR_DUE_S }] }),
    also: async () =>
      seen(
        'all within anchorDue',
        bothCorrected().then((files) => audit(files)),
      ),
  }),
];
