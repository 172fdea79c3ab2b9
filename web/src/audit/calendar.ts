/** Days as an auditor sees them: what this device knows of each, and months of weeks. */
import type { KeptDay } from '../check/kept.ts';
import type { BookDay } from '../community/question.ts';
import { addDays, daysOfMonth, monthOf } from '../values/day-clock.ts';

export const STATES = ['passed', 'open', 'failed', 'unchecked', 'waiting', 'development'] as const;
export type DayState = (typeof STATES)[number];

type Booked = Pick<BookDay, 'state' | 'bookHash' | 'corrections'>;

/** A verdict counts for the book that it was about: what was corrected since has not been checked. */
export function stateOf({ state, bookHash, corrections }: Booked, kept?: KeptDay): DayState {
  if (state !== 'RELEASED') return 'waiting';
  if (!kept || kept.versions <= corrections || (bookHash !== null && kept.bookHash !== null && kept.bookHash !== bookHash))
    return 'unchecked';
  if (!kept.passed) return 'failed';
  if (kept.development) return 'development';
  return kept.exitCode === 3 ? 'open' : 'passed';
}

/** Whether a day as it is now was found right here, by keys that the reader accepted. */
export const isChecked = (day: Booked, kept?: KeptDay): boolean => ['passed', 'open', 'development'].includes(stateOf(day, kept));

/** Months from a day to another, newest first, each as weeks from Monday; null where a week has days of other months. */
export function monthsOf(from: string, to: string): { month: string; weeks: (string | null)[][] }[] {
  const months: { month: string; weeks: (string | null)[][] }[] = [];
  for (let month = monthOf(to); month >= monthOf(from); month = monthOf(addDays(`${month}-01`, -1))) {
    const days = daysOfMonth(month);
    const ahead = (new Date(`${days[0]}T00:00:00Z`).getUTCDay() + 6) % 7;
    const cells = [...Array<null>(ahead).fill(null), ...days];
    const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, i) =>
      Array.from({ length: 7 }, (_, weekday) => cells[i * 7 + weekday] ?? null),
    );
    months.push({ month, weeks });
  }
  return months;
}

export const MOST_DAYS = 31;

/** How many days a range has; null where it is none that can be asked for. */
export function lengthOf(from: string, to: string): number | null {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
  return Number.isInteger(days) && days >= 1 && days <= MOST_DAYS ? days : null;
}
