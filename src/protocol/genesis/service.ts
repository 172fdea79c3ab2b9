/**
 * Two rules about days that the whole house must read alike: which meters are in service, and which tariff is in force. The keeper holds
 * both for the chain (`Meter.On`, `TariffOn`).
 */
import { dayOf } from '../values/time.ts';

/** From the first day to the last one, both included. A last day before the first (an enrolment called off) leaves none. */
export const inService = ({ firstDay, lastDay }: { firstDay: number; lastDay?: number | null }, day: number): boolean =>
  firstDay <= day && (lastDay === null || lastDay === undefined || day <= lastDay);

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
