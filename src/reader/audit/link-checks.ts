/**
 * Check 7: a day begins where the meter's day before ended (protocol §7).
 *
 * L0 must be the very commitment that was L1 the day before, so that no energy vanishes at midnight. A meter that was on no
 * roster the day before begins anywhere: its service begins. After a substitute or disputed day nobody knew the true register, so the link
 * may stay open: listed, and a failure when it is not closed in time. A correction closes it: the latest version of either day counts. In
 * between, a later substitute that was booked on the old register waits for its own correction: that link is open too, but a metered day
 * after a corrected one must fit.
 *
 * Only a book whose proofs were verified is evidence of where a day ended, here or by an earlier audit: anybody can write another L1.
 *
 * Whether time is up is judged by the latest chain time that the bundle itself shows: the same files give the same verdict forever.
 */
import { firstFrozenDay, type Genesis } from '../../protocol/genesis/index.ts';
import { DAY_S } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import { latestEntries } from './book-checks.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';

/** Latest chain time that any file of the bundle shows, in seconds. */
export const latestChainTime = (days: readonly BundleDay[]): number =>
  days.reduce(
    (latest, { chain }) =>
      chain ? Math.max(latest, chain.frozenUnixS, chain.lateRoster?.frozenUnixS ?? 0, ...chain.anchors.map((a) => a.unixS)) : latest,
    0,
  );

const firstSource = (day: BundleDay, meter: string): string | undefined =>
  day.books.get(1)?.book.meters.find((m) => m.meter === meter)?.source;

export interface LinkResult {
  checks: Check[];
  /** meters whose link is open */
  open: string[];
  /** meters whose link was looked at and fits */
  fitting: ReadonlySet<string>;
}

/** Nothing is open, and no link was seen to fit. */
const closed = (...checks: Check[]): LinkResult => ({ checks, open: [], fitting: new Set() });

/** The day before, and which versions of its book are evidence of where it ended. */
export interface Before {
  day: BundleDay | undefined;
  evidence: ReadonlySet<number>;
}

/** Check 7 of one day. */
export function linkChecks(day: BundleDay, { day: previous, evidence }: Before, genesis: Genesis, nowUnixS: number): LinkResult {
  const head = { id: '7' as const, name: 'links', day: day.date };
  if (!day.books.has(1)) return closed(notChecked('7', 'links', 'the book could not be read', day.date, '3'));
  const entries = latestEntries(day);
  if (day.day === firstFrozenDay(genesis)) return closed(...lines(head, [], `the chain's first day: all ${entries.length} L0 are free`));
  if (!previous) {
    const detail = 'the day before is missing: which meters go on from it, and whether they do, is not in sight';
    return closed(...lines(head, [{ detail, status: 'unreadable' }], ''));
  }
  if (!previous.books.has(1) || !previous.roster)
    return closed(notChecked('7', 'links', 'the previous day could not be read', day.date, '3'));
  if (!evidence.has(1)) {
    const detail = `${previous.date} is here without its proofs, and no earlier audit of it is known: it is evidence for nothing`;
    return closed(...lines(head, [{ detail, status: 'unreadable' }], ''));
  }

  const before = new Map(latestEntries(previous, evidence).map((entry) => [entry.meter, entry]));
  const rostered = new Set(previous.roster.meters.map((m) => m.meter));
  const dueUnixS = day.day * DAY_S + genesis.params.linkDueS;
  let free = 0;
  const fitting = new Set<string>();
  const faults = entries.flatMap((entry): Fault[] => {
    const { meter } = entry;
    const last = before.get(meter);
    if (!last) {
      if (!rostered.has(meter)) free++;
      return rostered.has(meter) ? [{ meter, detail: 'on the roster of the day before, but not in its book' }] : [];
    }
    if (entry.L0 === last.L1) {
      fitting.add(meter);
      return [];
    }
    const wasUncertain =
      last.source !== 'metered' || (last.version > 1 && firstSource(previous, meter) !== 'metered' && entry.source !== 'metered');
    if (!wasUncertain) return [{ meter, detail: 'L0 is not the L1 of the day before' }];
    const why = `L0 is not the L1 of the day before, which was ${last.source === 'metered' ? 'corrected' : last.source}`;
    return nowUnixS > dueUnixS
      ? [{ meter, detail: `${why}; still open after ${genesis.params.linkDueS} s` }]
      : [{ meter, status: 'open', detail: `link open: ${why}` }];
  });
  const words = `${entries.length - free - faults.length} of ${entries.length} meters begin where ${previous.date} ended`;
  const summary = `${words}${free > 0 ? `, ${free} on their first day` : ''}`;
  const open = faults.flatMap((fault) => (fault.status === 'open' ? [fault.meter!] : []));
  return { checks: lines(head, faults, summary), open, fitting };
}
