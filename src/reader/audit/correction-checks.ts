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
 * Where the bundle ends in the middle of a run, what closes it is not in sight: such a correction is open however old it is, never failed.
 *
 * A day that is here for the links of the next is not audited, and neither are its runs: they may begin before it, and whoever audits the
 * day is shown all of them.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { dayToDate, notZero, openEnd, type Run, runsOf } from '../../protocol/index.ts';
import type { BookVersion, BundleDay } from '../bundle.ts';
import { type Check, type Fault, lines } from './checks.ts';
import { correctedAt, finalReadingOf, type RunFrame, type StoryDay } from './run-frame.ts';

/** Whether a run fits as far as the bundle goes, and its end lies outside of it. */
function isCutOff(meter: string, run: Run<StoryDay>, { byDay, serves }: RunFrame): boolean {
  const last = run.days.at(-1)!;
  return !run.after && !byDay.has(last.day + 1) && serves(meter, last.day + 1) !== false && openEnd(run, last.L1, dayToDate) === null;
}

/** What is wrong with a correction of a day that is not metered; null: it is of a closed run. */
function runFault(meter: string, day: number, frame: RunFrame, genesis: Genesis): Fault | null {
  const run = runsOf(frame.stories.get(meter) ?? []).find(({ days }) => days.some((one) => one.day === day));
  if (!run) return { meter, detail: 'neither metered nor of a run: a later version has the day as metered' };
  const first = run.days[0].day;
  const absent = run.days.find(({ shown }) => !shown);
  if (absent) return { meter, status: 'unreadable', detail: `of a run of which ${dayToDate(absent.day)} is not here` };
  const begins = run.before ? false : frame.beginsWith(meter, first);
  if (begins === undefined)
    return { meter, status: 'unreadable', detail: `of a run that goes on before ${dayToDate(first)}, which is the first day here` };
  if (!run.before && !begins) return { meter, detail: `of a run before whose first day, ${dayToDate(first)}, a book has no entry of it` };
  const used = notZero(run)[0];
  if (used) return { meter, detail: `${dayToDate(used.day)} comes before the first metered day and is no zero day` };
  const times = correctedAt(meter, run, frame);
  const [since, until] = [Math.min(...times), Math.max(...times)];
  const { anchorDueS } = genesis.params;
  if (until - since > anchorDueS)
    return { meter, detail: `of a run whose corrections were anchored over ${until - since} s, of at most ${anchorDueS}` };
  const uncorrected = run.days.find(({ version }) => version === 1);
  const end = finalReadingOf(meter, run, frame)?.link ?? null;
  const why = uncorrected ? `${dayToDate(uncorrected.day)} is not corrected` : openEnd(run, end, dayToDate);
  if (why === null) return null;
  const isUnseen = !uncorrected && end === null && isCutOff(meter, run, frame);
  return frame.nowUnixS > since + anchorDueS && !isUnseen
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
