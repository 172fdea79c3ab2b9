/**
 * A community's bundle beside that of its main chain: of which days the books were compared, and of which they were not. Bundles of other
 * days agree in everything and say nothing of each other: where no book of an audited day was compared, nothing has passed.
 */
import { bookHash, bookPath, dayToDate } from '../../../protocol/index.ts';
import { type Files, textsOf } from '../../bundle.ts';
import { type Check, type Fault, lines } from '../checks.ts';
import { stretches } from '../format.ts';
import type { ProvenDays } from './evidence-checks.ts';

/** What a main chain's bundle has to compare with. `dates`: of all its days; `proven`: books that communities' chains have shown there */
export interface MainSide {
  chainId: string;
  dates: readonly string[];
  proven: ProvenDays;
}

/** A community and its own bundle. `audited`: the days that a verdict on it answers for */
export interface CommunitySide {
  chainId: string;
  uplink: string;
  files: Files;
  audited: readonly string[];
}

export interface ComparedBooks {
  differing: readonly { date: string; here: string; there: string }[];
  /** of which days books were compared, and which days are of one side alone */
  words: string;
  /** why the comparison says nothing; null where it does */
  nothing: Fault | null;
}

const words = (dates: readonly string[]): string => (dates.length === 0 ? 'no day' : stretches(dates));

/** Books of the bundle beside those that its chain has shown on the main chain. */
export function compareBooks({ chainId, uplink, files, audited }: CommunitySide, main: MainSide): ComparedBooks {
  const texts = textsOf(files);
  const shown = [...main.proven].flatMap(([place, { day, bookHash: there }]) =>
    place.endsWith(`/${uplink}`) ? [{ date: dayToDate(day), there }] : [],
  );
  const both = shown.flatMap(({ date, there }) => {
    const text = texts.get(bookPath(date, 1));
    return text === undefined ? [] : [{ date, there, here: bookHash(text) }];
  });
  const compared = both.map(({ date }) => date).sort();
  const there = shown.map(({ date }) => date).sort();
  const without = (dates: readonly string[]) => dates.filter((date) => !compared.includes(date));
  const alone = [
    [without(audited), "the community's"],
    [without(there), "the main chain's"],
  ] as const;
  const left = alone.flatMap(([dates, whose]) => (dates.length === 0 ? [] : [`${words(dates)} of ${whose} bundle alone`]));
  const isAbout = audited.some((date) => compared.includes(date));
  const mainIs = `${words(main.dates)} and shows its books of ${words(there)}`;
  const sides = `that of ${chainId} is audited for ${words(audited)}, that of ${main.chainId} is of ${mainIs}`;
  return {
    differing: both.filter((one) => one.here !== one.there),
    words: [words(compared), ...(left.length === 0 ? [] : [`not compared: ${left.join(', ')}`])].join('; '),
    nothing: isAbout ? null : { status: 'open', detail: `no book of an audited day is in both bundles: ${sides}` },
  };
}

/** The lines of a comparison: as of every check, but that what compared nothing has no line that passed. */
export function comparisonLines(
  head: Pick<Check, 'id' | 'name'>,
  faults: readonly Fault[],
  { nothing }: ComparedBooks,
  summary: string,
): Check[] {
  return nothing ? lines(head, [...faults, nothing], '').filter(({ status }) => status !== 'passed') : lines(head, faults, summary);
}
