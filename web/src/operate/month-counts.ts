/** How complete a month is, counted from its matrix. */
import type { DayState, MeterMonth } from './question.ts';

export type Counts = Record<DayState, number>;

export function countsOf(meters: readonly MeterMonth[]): Counts {
  const counts: Counts = { OUT: 0, AHEAD: 0, MISSING: 0, SIGNED: 0, METERED: 0, SUBSTITUTE: 0, LATE: 0, DISPUTED: 0 };
  for (const { days } of meters) for (const state of days) counts[state]++;
  return counts;
}

/** Meter-days that belong to the month: in service and over. */
export const dueOf = ({ OUT, AHEAD, ...due }: Counts): number => Object.values(due).reduce((sum, count) => sum + count, 0);

/** Nothing of the month is still to come, and nothing of it is missing or late. */
export const isComplete = (counts: Counts): boolean =>
  dueOf(counts) > 0 && counts.AHEAD + counts.MISSING + counts.SIGNED + counts.LATE === 0;

export const monthAfter = (month: string, by: number): string => {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
};
