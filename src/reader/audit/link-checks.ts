/**
 * Check 7: a day begins where the meter's day before ended (protocol §7).
 *
 * L0 must be the very commitment that was L1 the day before, so that no energy vanishes at midnight. A meter that was on no
 * roster the day before begins anywhere: its service begins. After a substitute or disputed day nobody knew the true register, so the link
 * may stay open: it belongs to a run, which is judged as one thing (run-checks.ts). In between, a later substitute that was booked on the
 * old register waits for its own correction; but version 1 of a day that is not metered begins where a metered day ended, unless that one
 * was corrected.
 *
 * Only a book whose proofs were verified is evidence of where a day ended, here or by an earlier audit: anybody can write another L1.
 */
import { firstFrozenDay, type Genesis } from '../../protocol/genesis/index.ts';
import type { BundleDay } from '../bundle.ts';
import { latestEntries } from './book-checks.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';

/** Latest chain time that any file of the bundle shows, in seconds. */
export const latestChainTime = (days: readonly BundleDay[]): number =>
  days.reduce(
    (latest, { chain }) =>
      chain
        ? Math.max(
            latest,
            chain.frozenUnixS,
            chain.lateRoster?.frozenUnixS ?? 0,
            ...[...chain.anchors, ...chain.finalReadings].map(({ unixS }) => unixS),
          )
        : latest,
    0,
  );

const firstSource = (day: BundleDay, meter: string): string | undefined =>
  day.books.get(1)?.book.meters.find((m) => m.meter === meter)?.source;

/** The day before, and which versions of its book are evidence of where it ended. */
export interface Before {
  day: BundleDay | undefined;
  evidence: ReadonlySet<number>;
  /** it is void: evidence for nothing */
  isVoid: boolean;
}

/** Check 7 of one day. */
export function linkChecks(day: BundleDay, { day: previous, evidence, isVoid }: Before, genesis: Genesis): Check[] {
  const head = { id: '7' as const, name: 'links', day: day.date };
  if (!day.books.has(1)) return [notChecked('7', 'links', 'the book could not be read', day.date, '3')];
  const entries = latestEntries(day);
  if (day.day === firstFrozenDay(genesis)) return lines(head, [], `the chain's first day: all ${entries.length} L0 are free`);
  if (!previous) {
    const detail = 'the day before is missing: which meters go on from it, and whether they do, is not in sight';
    return lines(head, [{ detail, status: 'unreadable' }], '');
  }
  if (isVoid) return lines(head, [], `${previous.date} is void: all ${entries.length} L0 are free`);
  if (!previous.books.has(1) || !previous.roster) return [notChecked('7', 'links', 'the previous day could not be read', day.date, '3')];
  if (!evidence.has(1)) {
    const detail = `${previous.date} is here without its proofs, and no earlier audit of it is known: it is evidence for nothing`;
    return lines(head, [{ detail, status: 'unreadable' }], '');
  }

  const before = new Map(latestEntries(previous, evidence).map((entry) => [entry.meter, entry]));
  const rostered = new Set(previous.roster.meters.map((m) => m.meter));
  let [free, ofRuns] = [0, 0];
  const faults = entries.flatMap((entry): Fault[] => {
    const { meter } = entry;
    const last = before.get(meter);
    if (!last) {
      if (!rostered.has(meter)) free++;
      return rostered.has(meter) ? [{ meter, detail: 'on the roster of the day before, but not in its book' }] : [];
    }
    if (entry.L0 === last.L1) return [];
    const wasUncertain =
      last.source !== 'metered' || (last.version > 1 && firstSource(previous, meter) !== 'metered' && entry.source !== 'metered');
    if (!wasUncertain) return [{ meter, detail: 'L0 is not the L1 of the day before' }];
    ofRuns++;
    return [];
  });
  const fitting = entries.length - free - ofRuns - faults.length;
  const summary = [
    `${fitting} of ${entries.length} meters begin where ${previous.date} ended`,
    ...(free > 0 ? [`${free} on their first day`] : []),
    ...(ofRuns > 0 ? [`${ofRuns} after a day that is not metered do not`] : []),
  ].join(', ');
  return lines(head, faults, summary);
}
