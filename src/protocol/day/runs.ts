/**
 * Runs (protocol §9.3): a meter's consecutive days that are not metered. What it used in one is known once its registers are known on both
 * sides, as a sum; so a run is judged, and corrected, as one thing:
 *
 *   … metered ─L1═L0─ day ─L1═L0─ day ─L1═L0─ metered …          closed: every link fits
 *                                     ─L1═L──  final reading     closed: the last day of service ends at the reading
 *
 * A run that begins with the meter's service has no link before it: nobody knows what its registers held. Its days are zero days, and a
 * correction leaves them so, or any energy at all could be put there: it shows it by ending where it began, with the same commitment.
 *
 * A run is open until it is closed, and a failure from its due time on: linkDue after the metered day that follows it; or where the service
 * ended with it, linkDue after the end of the last day without a final reading, and anchorDue later without the correction that ends at it;
 * or where nothing follows, as soon as the meter is still in service linkDue after the run began (retiring it is always possible).
 *
 * Days are those of the latest versions. Pure: the auditor has them from books, the node from its tables.
 */
import type { Source } from '../bundle/book.ts';
import { DAY_S } from '../values/time.ts';
import { meanPrices, type Prices } from './prices.ts';

/** A meter's day as it is booked by now. `version`: of the book that has it. */
export interface LinkedDay {
  day: number;
  version: number;
  source: Source;
  L0: bigint;
  L1: bigint;
}

/** `before` and `after`: the metered days on both sides; null where none is given. */
export interface Run<Day> {
  before: Day | null;
  days: readonly [Day, ...Day[]];
  after: Day | null;
}

/** The runs among a meter's days, which rise. A day that is not given ends a run: nothing is known of it. */
export function runsOf<Day extends Pick<LinkedDay, 'day' | 'source'>>(days: readonly Day[]): Run<Day>[] {
  const runs: Run<Day>[] = [];
  for (const [i, day] of days.entries()) {
    if (day.source === 'metered') continue;
    const previous = neighbour(days[i - 1], day.day - 1);
    const after = neighbour(days[i + 1], day.day + 1);
    const open = previous && previous.source !== 'metered' ? runs.pop() : undefined;
    runs.push({
      before: open ? open.before : previous,
      days: open ? [...open.days, day] : [day],
      after: after?.source === 'metered' ? after : null,
    });
  }
  return runs;
}

const neighbour = <Day extends { day: number }>(of: Day | undefined, day: number): Day | null => (of?.day === day ? of : null);

/** Where the day after a run begins: its L0, or the final reading that the chain holds; null: nothing follows yet. */
export type End = bigint | null;

/** What keeps a run from being closed, in words that name the day; null: it is closed. `dateOf`: how a day is written. */
export function openEnd(run: Run<LinkedDay>, finalReading: End, dateOf: (day: number) => string): string | null {
  const { before, days, after } = run;
  const end = after?.L0 ?? finalReading;
  if (end === null) return `nothing follows ${dateOf(days.at(-1)!.day)}`;
  if (before && before.L1 !== days[0].L0) return `${dateOf(days[0].day)} does not begin where the metered day before it ended`;
  const gap = days.find((day, i) => i > 0 && days[i - 1].L1 !== day.L0);
  if (gap) return `${dateOf(gap.day)} does not begin where the day before it ended`;
  if (days.at(-1)!.L1 !== end)
    return `${dateOf(days.at(-1)!.day)} does not end where ${after ? 'the metered day after it begins' : 'the final reading says'}`;
  return null;
}

/** Whether every link of a run fits. */
export const isClosed = (run: Run<LinkedDay>, finalReading: End): boolean => openEnd(run, finalReading, String) === null;

/** What comes after a run: a metered day, the end of the meter's service without a final reading or with one, or nothing as yet. */
export const FOLLOWS = ['metered', 'service-end', 'final-reading', 'nothing'] as const;
export type Follows = (typeof FOLLOWS)[number];

export interface RunSpan {
  firstDay: number;
  lastDay: number;
  follows: Follows;
}

export interface Due {
  linkDueS: number;
  anchorDueS: number;
}

/** By when, in seconds of chain time, a meter whose last day this is has to have its final reading, where it needs one. */
export const readingDueUnixS = (lastDay: number, { linkDueS }: Pick<Due, 'linkDueS'>): number => (lastDay + 1) * DAY_S + linkDueS;

/** By when a run has to be closed; where nothing follows, by when something has to. */
export function runDueUnixS({ firstDay, lastDay, follows }: RunSpan, due: Due): number {
  if (follows === 'metered') return (lastDay + 2) * DAY_S + due.linkDueS;
  if (follows === 'nothing') return firstDay * DAY_S + due.linkDueS;
  return readingDueUnixS(lastDay, due) + (follows === 'final-reading' ? due.anchorDueS : 0);
}

/** Whether the time of a run that is not closed is up. That the meter is still in service its last day itself shows. */
export const isOverdue = (run: RunSpan, due: Due, nowUnixS: number): boolean =>
  run.follows === 'nothing' ? run.lastDay * DAY_S >= runDueUnixS(run, due) : nowUnixS > runDueUnixS(run, due);

/** Where a meter's service ended, and the final reading that the chain holds of it. */
export interface Ending {
  lastDay: number | null;
  finalReading: bigint | null;
}

/** A run that is not closed: by which day it has to be, and why it is not, in words. */
export interface OpenSpan extends RunSpan {
  dueUnixS: number;
  why: string;
}

/** A meter's runs that are not closed, among days that rise. Whoever holds all of them asks so; an auditor sees only what is shown. */
export function openRuns(
  days: readonly LinkedDay[],
  { lastDay, finalReading }: Ending,
  due: Due,
  dateOf: (day: number) => string,
): OpenSpan[] {
  return runsOf(days).flatMap((run): OpenSpan[] => {
    const [first, last] = [run.days[0].day, run.days.at(-1)!.day];
    const isEnd = !run.after && last === lastDay;
    const why = openEnd(run, isEnd ? finalReading : null, dateOf);
    if (why === null) return [];
    const end: Follows = finalReading === null ? 'service-end' : 'final-reading';
    const span: RunSpan = { firstDay: first, lastDay: last, follows: run.after ? 'metered' : isEnd ? end : 'nothing' };
    return [{ ...span, dueUnixS: runDueUnixS(span, due), why }];
  });
}

/** Days of a run that begins with the meter's service which a correction does not show to be zero days. */
export const notZero = <Day extends LinkedDay>({ before, days }: Run<Day>): Day[] =>
  before ? [] : days.filter(({ version, L0, L1 }) => version > 1 && L0 !== L1);

/** The prices that an entry of a book is billed at: the book's, and their means where it is of a closed run. */
export const pricesOf = (source: Source, { version, prices }: { version: number; prices: Prices }, tick: number): Prices =>
  version > 1 && source !== 'metered' ? meanPrices(prices, tick) : prices;
