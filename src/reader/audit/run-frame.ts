/**
 * What runs are judged by (src/protocol/day/runs.ts): each meter's days as they are booked by now, of those in sight, and of those that an
 * earlier audit left open; who serves on which day; the final readings.
 *
 * A day that is not here but lies in a run which the earlier audit left open is known not to be metered, and nothing else of it: no link of
 * it fits. So a run leaves the list by a positive match alone.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import type { ChainFinalReading, LinkedDay, Roster, Run, RunSpan } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import { latestEntries } from './book-checks.ts';

/** A run that is not closed, of a meter. */
export interface OpenRun extends RunSpan {
  meter: string;
}

/** `shown`: the day is here, with proofs; otherwise its links are nothing's. */
export interface StoryDay extends LinkedDay {
  shown: boolean;
}

export interface RunFrame {
  days: readonly BundleDay[];
  byDay: ReadonlyMap<number, BundleDay>;
  nowUnixS: number;
  /** every meter's days, rising */
  stories: ReadonlyMap<string, readonly StoryDay[]>;
  /** runs that an earlier audit left open */
  carried: readonly OpenRun[];
  /** days whose books count for nothing: no link leads over them, so a run beside one is never closed */
  voids: ReadonlySet<number>;
  /** whether a meter is on the roster of a day; undefined where the bundle does not show it */
  serves: (meter: string, day: number) => boolean | undefined;
  /** whether a meter's service begins with a day; undefined where the bundle does not show it */
  beginsWith: (meter: string, day: number) => boolean | undefined;
}

const hidden = (day: number, source: LinkedDay['source']): StoryDay => ({ day, version: 0, source, L0: -1n, L1: -2n, shown: false });

function storiesOf(days: readonly BundleDay[], evidence: (day: BundleDay) => ReadonlySet<number>, carried: readonly OpenRun[]) {
  const known = new Map<string, Map<number, StoryDay>>();
  const put = (meter: string, day: StoryDay) => {
    if (!known.has(meter)) known.set(meter, new Map());
    known.get(meter)!.set(day.day, day);
  };
  for (const { meter, firstDay, lastDay, follows } of carried) {
    for (let day = firstDay; day <= lastDay; day++) put(meter, hidden(day, 'substitute'));
    if (follows === 'metered') put(meter, hidden(lastDay + 1, 'metered'));
  }
  for (const day of days)
    for (const { meter, version, source, L0, L1 } of latestEntries(day, evidence(day)))
      put(meter, { day: day.day, version, source, L0, L1, shown: true });
  return new Map([...known].map(([meter, own]) => [meter, [...own.values()].sort((a, b) => a.day - b.day)]));
}

/** `next`: rosters of days that are not here, as state proofs of the day before show them. */
export function runFrame(
  days: readonly BundleDay[],
  genesis: Genesis,
  {
    evidence,
    next,
    carried,
    voids,
    nowUnixS,
  }: {
    evidence: (day: BundleDay) => ReadonlySet<number>;
    next: ReadonlyMap<number, Roster>;
    carried: readonly OpenRun[];
    voids: ReadonlySet<number>;
    nowUnixS: number;
  },
): RunFrame {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const firstDays = new Map(genesis.meters.map(({ meter, firstDay }) => [meter, firstDay]));
  const serves = (meter: string, day: number): boolean | undefined =>
    (byDay.get(day)?.roster ?? next.get(day))?.meters.some((one) => one.meter === meter);
  return {
    days,
    byDay,
    nowUnixS,
    carried,
    voids,
    serves,
    stories: storiesOf(days, evidence, carried),
    beginsWith(meter, day) {
      if (voids.has(day - 1)) return true; // no register before it counts, as before the first day of all
      const before = serves(meter, day - 1);
      return before === undefined ? firstDays.get(meter) === day || undefined : !before;
    },
  };
}

/** The final reading of a meter with whose last day a run ends, where the chain holds one. */
export const finalReadingOf = (meter: string, { days: of }: Run<LinkedDay>, { byDay }: RunFrame): ChainFinalReading | undefined =>
  byDay.get(of.at(-1)!.day)?.chain?.finalReadings.find((one) => one.meter === meter);

/** Chain times of the anchors of all corrections of a run. */
export const correctedAt = (meter: string, { days: of }: Run<LinkedDay>, { byDay }: RunFrame): number[] =>
  of.flatMap(({ day }) => {
    const { books, chain } = byDay.get(day) ?? { books: new Map() as BundleDay['books'], chain: null };
    return [...books.values()]
      .filter(({ version, book }) => version > 1 && book.meters.some((one) => one.meter === meter && one.source !== 'metered'))
      .flatMap(({ version }) => chain?.anchors[version - 1]?.unixS ?? []);
  });
