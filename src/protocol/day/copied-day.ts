/**
 * Which earlier day a meter's day without a valid statement copies (protocol §9.2). It follows from what the chain holds and from nothing
 * that a node decides, so node and auditor ask the same question here:
 *
 *   the first of d−7, d−14, d−21, d−28, then of d−1, d−2 … d−28, on whose roster the meter has a commitment that nobody has disputed;
 *   where there is none, the zero day: every slot zero, written as day 0 and commitment 0.
 *
 * A day that was void when the copying book was anchored is passed over: no bill of it counts, and nobody verified what it says. By that
 * time and no later one, since what a book copies is settled with its anchor and must not change until its proofs come.
 *
 * Only the roster counts, never the late one: what came late was not yet there when some copy was booked and would be when another is, and
 * a copy that depends on when it was made is a choice. Nor is anything copied that a node committed to: a commitment on a roster is the
 * meter's own. Books are anchored in the order of days, and a commitment is disputed before its book is: so what is asked of an earlier
 * day never changes once that day's book is anchored.
 */
import { DAY_MAX } from '../values/time.ts';
import type { Roster } from './roster.ts';
import { isVoid, type Verifiable } from './void.ts';

const WEEK = 7;
/** No day further back is ever copied. */
export const COPY_WITHIN_DAYS = 28;

/** What the chain holds of an earlier day. */
export interface EarlierDay extends Verifiable {
  /** C by meter, of the meters whose commitment is on the roster */
  commitments: ReadonlyMap<string, bigint>;
  /** meters of which the chain has a dispute of this day */
  disputed: ReadonlySet<string>;
}

/** Earlier days by what is known of them: null where the chain has no roster of the day, undefined where it was not looked at. */
export type EarlierDays = (day: number) => EarlierDay | null | undefined;

/** The day that is copied, and the meter's commitment to it; both 0: the zero day. */
export interface Copied {
  fromDay: number;
  from: bigint;
}

/** The zero day: nothing used in any slot. */
export const ZERO_DAY: Copied = { fromDay: 0, from: 0n };

/** Earlier days in the order in which they are looked at. Day 0 is the name of the zero day and never one of them. */
export function earlierDays(day: number): number[] {
  const weeks = Array.from({ length: COPY_WITHIN_DAYS / WEEK }, (_, i) => day - WEEK * (i + 1));
  const others = Array.from({ length: COPY_WITHIN_DAYS }, (_, i) => day - i - 1).filter((earlier) => !weeks.includes(earlier));
  return [...weeks, ...others].filter((earlier) => earlier > 0 && earlier <= DAY_MAX);
}

/**
 * What a meter's day copies; `unseen`: the first day that has to be looked at and was not.
 * @param anchoredUnixS chain time of the anchor of the book that copies; of a draft, the present
 */
export function copiedDay(meter: string, day: number, seen: EarlierDays, anchoredUnixS: number): Copied | { unseen: number } {
  for (const earlier of earlierDays(day)) {
    const found = seen(earlier);
    if (found === undefined) return { unseen: earlier };
    if (found && isVoid(found, anchoredUnixS)) continue;
    const from = found?.commitments.get(meter);
    if (from !== undefined && !found!.disputed.has(meter)) return { fromDay: earlier, from };
  }
  return ZERO_DAY;
}

/** The days that have to be looked at to know what some meters' day copies, rising. @throws RangeError where one is not known */
export function daysLookedAt(meters: readonly string[], day: number, seen: EarlierDays, anchoredUnixS: number): number[] {
  const looked = new Set<number>();
  for (const meter of meters) {
    const look = (earlier: number) => {
      looked.add(earlier);
      return seen(earlier);
    };
    const copied = copiedDay(meter, day, look, anchoredUnixS);
    if ('unseen' in copied) throw new RangeError(`day ${copied.unseen}: expected to be known`);
  }
  return [...looked].sort((a, b) => a - b);
}

/** C by meter, of those that have committed. */
export const commitmentsOf = ({ meters }: Pick<Roster, 'meters'>): EarlierDay['commitments'] =>
  new Map(meters.flatMap(({ meter, commitment }) => (commitment === null ? [] : [[meter, commitment] as const])));

/** Meters of a day's roster that are not metered: without a commitment, or with one that is disputed. */
export const notMetered = (roster: Roster['meters'], disputed: ReadonlySet<string>): string[] =>
  roster.filter(({ meter, commitment }) => commitment === null || disputed.has(meter)).map(({ meter }) => meter);
