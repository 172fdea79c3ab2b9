/**
 * Check 3 of who is in the book: the roster is the one that the chain froze, its meters are in service, and each entry's source and C fit
 * what the roster says of it (protocol §7, §9.3).
 */
import type { ChainGenesis } from '../../protocol/genesis/index.ts';
import { type Book, type ChainFile, DAY_S, encodeRoster, ProtocolError, type Roster, rosterDigest } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import type { Fault } from './checks.ts';

/** Digest of a roster's meters, or why there is none. */
export function digestOf(roster: Roster): string | Fault {
  try {
    return rosterDigest(encodeRoster(roster));
  } catch (error) {
    if (error instanceof ProtocolError) return { detail: `the roster has no encoding: ${error.message}` };
    throw error;
  }
}

/** What the versions before one, and the roster before the late one, say of its entries. */
interface Earlier {
  /** meters that an earlier version has as metered */
  meteredBefore: ReadonlySet<string>;
  /** meters whose statement the late roster adds and nobody disputed */
  late: ReadonlySet<string>;
  /** those of them whose time is over, so that line `late` fails for each: no later version can be held to them */
  lost: ReadonlySet<string>;
}

/** Roster and book list the same meters; each entry's source and C fit what the roster says of it. */
export function membershipFaults(book: Book, roster: Roster, chain: ChainFile, { meteredBefore, late, lost }: Earlier): Fault[] {
  const entries = new Map(book.meters.map((m) => [m.meter, m]));
  const onRoster = new Map(roster.meters.map((m) => [m.meter, m]));
  const disputed = new Set(chain.disputes.map((d) => d.meter));
  const isCorrection = book.version > 1;
  const missing = isCorrection
    ? []
    : roster.meters
        .filter((m) => !entries.has(m.meter))
        .map((m): Fault => ({ meter: m.meter, detail: 'on the roster, but not in the book' }));
  return [
    ...missing,
    ...book.meters.flatMap((entry): Fault[] => {
      const { meter } = entry;
      const listed = onRoster.get(meter);
      if (!listed) return [{ meter, detail: 'in the book, but not on the roster' }];
      if (book.version === 2 && late.size > lost.size && entry.source !== 'metered')
        return [{ meter, detail: `booked as ${entry.source} in the version that bills late statements: runs are corrected after it` }];
      if (entry.source === 'substitute')
        return listed.commitment === null || (isCorrection && lost.has(meter) && !meteredBefore.has(meter))
          ? []
          : [{ meter, detail: 'booked as substitute, but the roster says that the meter signed the day' }];
      if (listed.commitment === null) return [{ meter, detail: `booked as ${entry.source}, but the roster has no commitment of it` }];
      if (entry.source === 'metered') {
        if (disputed.has(meter)) return [{ meter, detail: 'booked as metered, but disputed on the chain' }];
        return entry.C === listed.commitment ? [] : [{ meter, detail: "booked as metered, but C is not the roster's" }];
      }
      if (meteredBefore.has(meter))
        return [{ meter, detail: 'booked as disputed, but an earlier version has it as metered, with a proof: it opened' }];
      return disputed.has(meter) ? [] : [{ meter, detail: 'booked as disputed, but not disputed on the chain' }];
    }),
  ];
}

/**
 * A meter is on rosters from its first statement on, for one stretch of days: who is new on a roster committed to that very day. Genesis
 * knows the days of its own meters. It is a second look at what the chain's state proves (check 2), and has no roster to compare with on
 * the chain's first day, where a meter that had not committed would be booked as a zero day and nothing else: nothing is there to copy.
 */
function serviceFaults(
  day: Pick<BundleDay, 'day' | 'roster'>,
  previous: Pick<BundleDay, 'roster'> | undefined,
  genesis: ChainGenesis,
): Fault[] {
  const known = new Map(genesis.meters.map((service) => [service.meter, service]));
  const yesterday = previous?.roster && new Set(previous.roster.meters.map((m) => m.meter));
  return day.roster!.meters.flatMap(({ meter, commitment }): Fault[] => {
    const service = known.get(meter);
    if (service && day.day < service.firstDay) return [{ meter, detail: 'on the roster before its first day' }];
    if (service && service.lastDay !== null && day.day > service.lastDay) return [{ meter, detail: 'on the roster after its last day' }];
    return yesterday && !yesterday.has(meter) && commitment === null
      ? [{ meter, detail: 'new on the roster, though no statement of it began its service' }]
      : [];
  });
}

export function rosterFaults(
  day: Pick<BundleDay, 'day' | 'roster'>,
  chain: ChainFile,
  genesis: ChainGenesis,
  previous: Pick<BundleDay, 'roster'> | undefined,
): Fault[] {
  const roster = day.roster!;
  const digest = digestOf(roster);
  if (typeof digest !== 'string') return [digest];
  const faults: Fault[] = [];
  if (roster.day !== day.day) faults.push({ detail: `roster.day is ${roster.day}, expected ${day.day}` });
  if (roster.digest !== digest) faults.push({ detail: `roster.digest is ${roster.digest}, its meters give ${digest}` });
  if (chain.rosterDigest !== digest)
    faults.push({ detail: `the chain froze roster ${chain.rosterDigest}, the roster's meters give ${digest}` });
  if (chain.frozenUnixS < (day.day + 1) * DAY_S + genesis.params.graceS)
    faults.push({ detail: `frozen at chain time ${chain.frozenUnixS}, before the end of the day and its grace` });
  return [...faults, ...lateRosterFaults(roster, chain, genesis), ...serviceFaults(day, previous, genesis)];
}

/** The late roster lists the same meters; what was signed in time stays as it was. */
function lateRosterFaults(roster: Roster, chain: ChainFile, genesis: ChainGenesis): Fault[] {
  const late = chain.lateRoster;
  if (late === null) return [];
  const digest = digestOf({ day: roster.day, meters: late.meters });
  if (typeof digest !== 'string') return [digest];
  const faults: Fault[] = [];
  if (late.digest !== digest) faults.push({ detail: `chain.lateRoster.digest is ${late.digest}, its meters give ${digest}` });
  if (late.frozenUnixS < chain.frozenUnixS + genesis.params.lateS)
    faults.push({ detail: `the late roster froze at chain time ${late.frozenUnixS}, before the late period was over` });
  if (late.meters.length !== roster.meters.length)
    faults.push({ detail: `the late roster lists ${late.meters.length} meters, the roster ${roster.meters.length}` });
  const lateBy = new Map(late.meters.map((m) => [m.meter, m.commitment]));
  for (const { meter, commitment } of roster.meters) {
    if (!lateBy.has(meter)) faults.push({ meter, detail: 'on the roster, but not on the late one' });
    else if (commitment !== null && lateBy.get(meter) !== commitment)
      faults.push({ meter, detail: 'the late roster has another commitment than the roster' });
  }
  return faults;
}
