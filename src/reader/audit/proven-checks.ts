/**
 * Check 3, proven: the chain itself has verified the day's book, in time (docs/prove-book.md), or the day is named.
 *
 * Version 1 is anchored and proven within anchorDue of the freeze; later is a failure of that day. A day that the chain has not verified
 * within VOID_AFTER_S is void: its book counts for nothing, so nothing of it is looked at any more. The range that contains it fails; one
 * that begins behind it goes on, with all its L0 free, and says so; and so does whoever goes on from there.
 *
 * What the chain has verified is known by proof alone, as of the block of the day's own state proofs. Void is settled as of any block of
 * which the next one comes when the time is over: no block takes proofs from then on.
 */
import type { ChainGenesis } from '../../protocol/genesis/index.ts';
import { dayToDate, isVoid, VOID_AFTER_S } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import type { ProvenState } from '../light/index.ts';
import { type Check, type Fault, lines } from './checks.ts';

/** What of a day the chain has verified, as proven. */
export interface Verified {
  frozenUnixS: number;
  /** by version */
  books: ReadonlyMap<number, ProvenState>;
  /** the block after which it was so, and the chain time of the next */
  height: number;
  asOfUnixS: number;
}

/** What of a day its line needs. */
type ProvenDay = Pick<BundleDay, 'date' | 'audited' | 'chain'>;

/** What it means that a day is void. */
export const VOID_MEANS = 'no bill of it counts, nothing ties its meters’ registers to the days around it, and no later day copies it';

/** Whether a day is void by what its proofs show. */
export const isVoidDay = ({ frozenUnixS, books, asOfUnixS }: Verified): boolean => isVoid({ frozenUnixS, proven: books.has(1) }, asOfUnixS);

const voidWords = `void: the chain verified no book of it within ${VOID_AFTER_S / 86_400} days of its freeze, and takes none any more;`;

/** A day whose book counts for nothing is judged as one without a book. */
export const withoutBooks = (day: BundleDay): BundleDay => ({
  ...day,
  books: new Map(),
  proofs: new Map(),
  versions: [],
  faults: day.faults.filter(({ path }) => !/\/(book|proofs)(\.v\d+)?\.json$/.test(path)),
});

function firstFaults({ audited, chain }: ProvenDay, { frozenUnixS, books, asOfUnixS }: Verified, { params }: ChainGenesis): Fault[] {
  if (!audited) return []; // lateness is a failure of the day itself
  const dueUnixS = frozenUnixS + params.anchorDueS;
  const first = books.get(1);
  if (!first) {
    if (asOfUnixS > dueUnixS) return [{ detail: `the chain has not verified its book, ${asOfUnixS - dueUnixS} s after that was due` }];
    return [{ status: 'open', detail: `the chain has not verified its book yet; due by chain time ${dueUnixS}` }];
  }
  const isAnchoredInTime = (chain?.anchors[0]?.unixS ?? 0) <= dueUnixS; // or line `anchor` says it
  return first.unixS > dueUnixS && isAnchoredInTime
    ? [{ detail: `verified by the chain at chain time ${first.unixS}, ${first.unixS - dueUnixS} s later than was due` }]
    : [];
}

/** Later versions that are anchored and that the chain has not verified: nobody is held to a time for them. */
const laterFaults = ({ audited, chain }: ProvenDay, { books }: Verified): Fault[] =>
  (audited ? (chain?.anchors ?? []) : [])
    .filter(({ version }) => version > 1 && !books.has(version))
    .map(({ version }) => ({ status: 'open', detail: `version ${version} is anchored, and the chain has not verified it yet` }));

/** The line of a day whose state proofs hold. */
export function provenChecks(day: ProvenDay, verified: Verified, genesis: ChainGenesis): Check[] {
  const head = { id: '3' as const, name: 'proven', day: day.date };
  if (isVoidDay(verified)) {
    const detail = `${voidWords} ${VOID_MEANS}`;
    return lines(head, [day.audited ? { detail } : { status: 'open', detail: `${detail}; it is not among the audited days` }], voidWords);
  }
  const faults = [...firstFaults(day, verified, genesis), ...laterFaults(day, verified)];
  const first = verified.books.get(1);
  const when = first ? `${first.unixS - verified.frozenUnixS} s after the freeze, at height ${first.height}` : 'not yet';
  return lines(head, faults, `the chain verified ${verified.books.size} of its books; the first ${when}`);
}

/** Void days before the range of an earlier audit that this one goes on from: for good. `here`: days that have a line of their own. */
export function earlierVoids(days: readonly number[], here: ReadonlySet<number>): Check[] {
  const faults = days
    .filter((day) => !here.has(day))
    .map((day): Fault => ({ status: 'open', detail: `${dayToDate(day)} was void when the earlier audit went on from it: ${VOID_MEANS}` }));
  return faults.length === 0 ? [] : lines({ id: '3', name: 'earlier voids' }, faults, `${faults.length} named`);
}
