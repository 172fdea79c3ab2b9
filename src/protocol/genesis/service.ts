/**
 * Two rules about days that the whole house must read alike: which meters are in service, and which tariff is in force. The keeper holds
 * both for the chain (`Meter.On`, `TariffOn`).
 */
import { dayOf } from '../values/time.ts';

interface Service {
  firstDay: number;
  lastDay?: number | null;
  /** the first day whose roster froze with a commitment of the meter; none yet */
  serviceDay?: number | null;
}

const until = ({ lastDay }: Service, day: number): boolean => lastDay === null || lastDay === undefined || day <= lastDay;

/** From the day that service began with to the last one, both included: the days on whose rosters the meter is. */
export const inService = (meter: Service, day: number): boolean =>
  meter.serviceDay !== null && meter.serviceDay !== undefined && meter.serviceDay <= day && until(meter, day);

/**
 * Whether a meter's service begins with a day that freezes now: `committed` to it, and to none before. A last day before the first (an
 * enrolment called off) leaves none.
 */
export const beginsService = (meter: Service, day: number, committed: boolean): boolean =>
  (meter.serviceDay ?? null) === null && committed && meter.firstDay <= day && until(meter, day);

/** Whether a day's roster lists a meter: communities from their first day on, silent or not (docs/shared-rule.md). */
export const isListed = (meter: Service & { firstDay: number }, day: number, rule: string | null): boolean =>
  rule === null ? inService(meter, day) : meter.firstDay <= day && until(meter, day);

/** The first day that any chain of this genesis freezes: nothing goes on from a day before it. */
export const firstFrozenDay = ({ meters }: { meters: readonly { firstDay: number }[] }): number =>
  Math.min(...meters.map(({ firstDay }) => firstDay));

interface Begins {
  fromDay: number;
  height: number;
}

/** Of all tariffs that begin on or before a day the latest; of several for one day the one set last. */
export function tariffInForce<T extends Begins>(tariffs: readonly T[], day: number): T | null {
  const later = (a: T, b: T): T => (b.fromDay > a.fromDay || (b.fromDay === a.fromDay && b.height > a.height) ? b : a);
  const begun = tariffs.filter(({ fromDay }) => fromDay <= day);
  return begun.length === 0 ? null : begun.reduce(later);
}

/** The genesis tariff that governs a day for certain: set for a day no later than the chain's first, nobody could replace it afterwards. */
export const fixedTariff = <T extends Begins>(genesis: { clock: { startUnixS: number }; tariffs: readonly T[] }, day: number): T | null =>
  tariffInForce(genesis.tariffs, Math.min(day, dayOf(genesis.clock.startUnixS)));
