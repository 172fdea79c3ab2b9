/**
 * Days that a community's own chain says are shared, and that can't be: they are frozen on the main chain before the registration there is
 * in force, or begin before the uplink is a meter. Nothing can be done about them; whoever waits for them should know.
 */
import { DAY_S } from '../../protocol/index.ts';

export interface TooLate {
  from: number;
  to: number;
  /** from when on the registration is in force, at the earliest, in chain time of the main chain */
  inForceUnixS: number;
}

export interface Registration {
  /** from which day on the community says that it shares */
  fromDay: number;
  /** of the uplink as a meter */
  firstDay: number;
  inForceUnixS: number;
  /** how long after its end the main chain freezes a day */
  graceS: number;
  /** the last day that it had frozen by `inForceUnixS`; null: none; left out: not known, and reckoned from the grace */
  frozenTo?: number | null;
}

/** null: there is time for all of them */
export function daysTooLate({ fromDay, firstDay, inForceUnixS, graceS, frozenTo }: Registration): TooLate | null {
  const due = Math.floor((inForceUnixS - graceS) / DAY_S) - 1; // the last one that is to be frozen by then: after a halt it is later
  const to = Math.max(frozenTo === undefined ? due : (frozenTo ?? -1), firstDay - 1);
  return to < fromDay ? null : { from: fromDay, to, inForceUnixS };
}
