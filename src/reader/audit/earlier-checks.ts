/**
 * Check 2 for days that are not in the bundle: what copies were chosen from (protocol §9.2), there or absent, is the chain's state.
 *
 * Of such a day its roster counts, whom the chain disputes, and whether it is void, nothing else. The first two are final once the day's
 * book is anchored, and books are anchored in the order of days; the third once its time is over, and a day counts as void where that was
 * so at the anchor of the book that copies. So a proof as of a block at or after that anchor says what it copied from.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { commitmentsOf, decodeRoster, type EarlierDay, type EarlierFile, ProtocolError } from '../../protocol/index.ts';
import type { Bundle, BundleDay, EarlierDayFile } from '../bundle.ts';
import { appHashAfter, readDispute, readProven, readRoster, StateReader, stateKeys, stateRanges } from '../light/index.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import { faultLines } from './file-checks.ts';
import type { Headers } from './header-checks.ts';
import type { Verified } from './proven-checks.ts';

/**
 * A day that copies may come from. Heights: of the block after which it was so; null where that does not matter. `provenHeight`: that of
 * whether the chain has verified its book.
 */
export interface Seen {
  day: EarlierDay | null;
  height: number | null;
  provenHeight: number | null;
  /** it is in the bundle, but cannot be read, which its own lines say */
  unread?: true;
}

export interface EarlierChecks {
  checks: Check[];
  /** by day; a day that is not there was not shown */
  seen: ReadonlyMap<number, Seen>;
}

/** A day of the bundle itself: its own state proofs show the anchor of its book, after which neither changes. */
function ofBundle({ roster, chain }: BundleDay, verified: Verified | null | undefined): Seen {
  if (!roster || !chain) return { day: null, height: null, provenHeight: null, unread: true };
  const disputed = new Set(chain.disputes.map(({ meter }) => meter));
  const { frozenUnixS } = verified ?? chain;
  // Where the state proofs do not hold, line `state proofs` says so.
  const day = { commitments: commitmentsOf(roster), disputed, frozenUnixS, proven: verified?.books.has(1) ?? true };
  return { day, height: null, provenHeight: verified?.height ?? null };
}

function proven({ proven: proofs, day }: EarlierFile & { proven: object }, headers: Headers): Seen {
  const reader = new StateReader(proofs, appHashAfter(headers.state!, proofs.height));
  const roster = reader.one(stateKeys.roster(day, false), proofs.roster, readRoster);
  const disputes = reader.all(stateRanges.disputes(day), proofs.disputes, readDispute);
  const book = reader.one(stateKeys.proven(day, 1), proofs.proven, readProven);
  const disputed = new Set(disputes.map(({ meter }) => meter));
  const seen = roster && { commitments: commitmentsOf(roster.roster), disputed, frozenUnixS: roster.unixS, proven: book !== null };
  return { day: seen, height: proofs.height, provenHeight: proofs.height };
}

function said({ said: { roster: encoded, frozenUnixS, proven, disputed } }: EarlierFile & { said: object }): Seen {
  const day = encoded && { commitments: commitmentsOf(decodeRoster(encoded)), disputed: new Set(disputed), frozenUnixS, proven };
  return { day, height: null, provenHeight: null };
}

const words = (day: EarlierDay | null): string =>
  day
    ? `${day.commitments.size} commitments on the roster, ${day.disputed.size} disputed, its book ${day.proven ? '' : 'not '}verified`
    : 'the chain has no roster of this day';

/** A day before the range. `draft`: the node's own, which has nothing to prove yet. */
function earlierCheck(
  { date, day, file: { value: file, fault } }: EarlierDayFile,
  genesis: Genesis,
  headers: Headers | null,
): { checks: Check[]; seen: Seen | null } {
  const head = { id: '2' as const, name: 'earlier', day: date };
  if (fault) return { checks: faultLines(head, fault), seen: null };
  const faults: Fault[] = [];
  if (file.chainId !== genesis.chainId) faults.push({ detail: `earlier.chainId is ${file.chainId}, genesis says ${genesis.chainId}` });
  if (file.day !== day) faults.push({ detail: `earlier.day is ${file.day}, the file's day is ${day}` });
  if ((headers === null) !== (file.proven === null))
    faults.push({
      detail: headers ? 'said without proofs, which only a draft may' : 'proven, though a draft says it',
      status: 'unreadable',
    });
  if (faults.length > 0) return { checks: lines(head, faults, ''), seen: null };
  if (headers && !headers.state)
    return { checks: [notChecked('2', 'earlier', 'the headers it leads to are not believed (check 1)', date, '1')], seen: null };
  try {
    const seen = file.said === null ? proven(file, headers!) : said(file);
    return { checks: lines(head, [], `${words(seen.day)}${seen.height === null ? '' : `, after block ${seen.height}`}`), seen };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { checks: lines(head, [{ detail: `${date}: ${error.message}` }], ''), seen: null };
  }
}

/** Every day that copies may come from, of the bundle and before it. `headers`: null for a draft, which says its earlier days alone. */
export function earlierChecks(
  { days, earlier }: Bundle,
  genesis: Genesis,
  { headers, verified }: { headers: Headers | null; verified: ReadonlyMap<number, Verified | null> },
): EarlierChecks {
  const seen = new Map<number, Seen>();
  const checks: Check[] = [];
  for (const file of earlier) {
    const found = earlierCheck(file, genesis, headers);
    checks.push(...found.checks);
    if (found.seen) seen.set(file.day, found.seen);
  }
  for (const day of headers ? days : []) seen.set(day.day, ofBundle(day, verified.get(day.day)));
  return { checks, seen };
}
