/**
 * Check 3 of corrections: an entry of a version > 1 bills what its meter signed late, or a day of a closed run (protocol §9.2).
 *
 * A run is judged as one thing, in the latest versions: all its days are corrected, every link from the metered day before it to the
 * metered day after it, or to the final reading at the end of the service, fits, and all these versions are anchored within anchorDue of
 * the first. Then its sum is the meter's own, between two registers that are known; nothing else bounds what a correction bills. Until
 * anchorDue is over it may still be on its way: open. A run that begins with the service has no register before it: its days are seen to be
 * zero days, or they are refused.
 *
 * Only versions whose proofs were verified are evidence of a link (due.ts); that those of these days are, is due of them anyway.
 *
 * A day that is here for the links of the next is not audited, and neither are its runs: they may begin before it, and whoever audits the
 * day is shown all of them.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { dayToDate, type End, type LinkedDay, notZero, openEnd, type Run, runsOf } from '../../protocol/index.ts';
import type { BookVersion, BundleDay } from '../bundle.ts';
import { latestEntries } from './book-checks.ts';
import { type Check, type Fault, lines } from './checks.ts';

/** What of a bundle a run is judged by. */
export interface RunFrame {
  days: readonly BundleDay[];
  /** versions of a day that are evidence */
  evidence: (day: BundleDay) => ReadonlySet<number>;
  /** whether a meter's service begins with a day; undefined where the bundle does not show it */
  beginsWith: (meter: string, day: number) => boolean | undefined;
  nowUnixS: number;
}

/** A meter's days as they are booked by now, of those in sight. */
const storyOf = (meter: string, { days, evidence }: RunFrame): LinkedDay[] =>
  days.flatMap((day): LinkedDay[] => {
    const entry = latestEntries(day, evidence(day)).find((one) => one.meter === meter);
    return entry ? [{ day: day.day, version: entry.version, source: entry.source, L0: entry.L0, L1: entry.L1 }] : [];
  });

/** Chain times of the anchors of all corrections of a run. */
const anchoredAt = (meter: string, run: Run<LinkedDay>, { days }: RunFrame): number[] => {
  const own = new Set(run.days.map(({ day }) => day));
  return days
    .filter(({ day }) => own.has(day))
    .flatMap(({ books, chain }) =>
      [...books.values()]
        .filter(({ version, book }) => version > 1 && book.meters.some((one) => one.meter === meter && one.source !== 'metered'))
        .flatMap(({ version }) => chain?.anchors[version - 1]?.unixS ?? []),
    );
};

/** The final reading of a meter whose last day ends a run, where the chain holds one. */
const finalReadingOf = (meter: string, { days: of }: Run<LinkedDay>, { days }: RunFrame): End =>
  days.find(({ day }) => day === of.at(-1)!.day)?.chain?.finalReadings.find((one) => one.meter === meter)?.link ?? null;

/** What is wrong with a correction of a day that is not metered; null: it is of a closed run. */
function runFault(meter: string, day: number, frame: RunFrame, genesis: Genesis): Fault | null {
  const run = runsOf(storyOf(meter, frame)).find(({ days }) => days.some((one) => one.day === day));
  if (!run) return { meter, detail: 'neither metered nor of a run: a later version has the day as metered' };
  const first = run.days[0].day;
  const begins = run.before ? false : frame.beginsWith(meter, first);
  if (begins === undefined)
    return { meter, status: 'unreadable', detail: `of a run that goes on before ${dayToDate(first)}, which is the first day here` };
  if (!run.before && !begins) return { meter, detail: `of a run before whose first day, ${dayToDate(first)}, a book has no entry of it` };
  const used = notZero(run)[0];
  if (used) return { meter, detail: `${dayToDate(used.day)} comes before the first metered day and is no zero day` };
  const times = anchoredAt(meter, run, frame);
  const [since, until] = [Math.min(...times), Math.max(...times)];
  const { anchorDueS } = genesis.params;
  if (until - since > anchorDueS)
    return { meter, detail: `of a run whose corrections were anchored over ${until - since} s, of at most ${anchorDueS}` };
  const uncorrected = run.days.find(({ version }) => version === 1);
  const why = uncorrected ? `${dayToDate(uncorrected.day)} is not corrected` : openEnd(run, finalReadingOf(meter, run, frame), dayToDate);
  if (why === null) return null;
  return frame.nowUnixS > since + anchorDueS
    ? { meter, detail: `of a run that is not closed, ${frame.nowUnixS - since} s after its first correction: ${why}` }
    : { meter, status: 'open', dueUnixS: since + anchorDueS, detail: `of a run that is not closed yet: ${why}` };
}

/** One line for each correction of a day. Never called for a draft: what the other days say is not there. */
export const correctionChecks = (day: BundleDay, frame: RunFrame, genesis: Genesis): Check[] =>
  [...day.books.values()].filter(({ version }) => version > 1).flatMap((of) => correctionLines(day, of, frame, genesis));

/** Corrected days of runs that are not closed yet, with the moment by which they must be. */
export const openCorrections = (day: BundleDay, frame: RunFrame, genesis: Genesis): { meter: string; dueUnixS: number }[] =>
  [...day.books.values()]
    .filter(({ version }) => version > 1)
    .flatMap(({ book }) => book.meters.filter(({ source }) => source !== 'metered'))
    .flatMap(({ meter }) => {
      const dueUnixS = runFault(meter, day.day, frame, genesis)?.dueUnixS;
      return dueUnixS === undefined ? [] : [{ meter, dueUnixS }];
    });

function correctionLines(day: BundleDay, { version, book }: BookVersion, frame: RunFrame, genesis: Genesis): Check[] {
  const ofRuns = book.meters.filter(({ source }) => source !== 'metered');
  const faults = day.audited ? ofRuns.flatMap(({ meter }) => runFault(meter, day.day, frame, genesis) ?? []) : [];
  const runs = day.audited ? `${ofRuns.length} of closed runs` : `${ofRuns.length} of runs, which are judged where this day is audited`;
  const summary = `${book.meters.length - ofRuns.length} signed late, ${runs}`;
  return lines({ id: '3', name: 'corrections', day: day.date, version }, faults, summary);
}
