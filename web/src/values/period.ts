/** Periods of own usage: which days they have, the one before and after, the same a year ago. Days are UTC days, as in the books. */
import { addDays, daysOfMonth, monthOf } from './day-clock.ts';

export const VIEWS = ['day', 'week', 'month', 'year'] as const;
export type View = (typeof VIEWS)[number];

export interface Period {
  view: View;
  /** any day of it; its first day names it */
  day: string;
}

const weekday = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7; // Monday is 0

/** First and last day. */
export function boundsOf({ view, day }: Period): { from: string; to: string } {
  if (view === 'day') return { from: day, to: day };
  if (view === 'week') {
    const from = addDays(day, -weekday(day));
    return { from, to: addDays(from, 6) };
  }
  if (view === 'month') {
    const days = daysOfMonth(monthOf(day));
    return { from: days[0], to: days.at(-1)! };
  }
  return { from: `${day.slice(0, 4)}-01-01`, to: `${day.slice(0, 4)}-12-31` };
}

export const before = (period: Period): Period => ({
  view: period.view,
  day: boundsOf({ ...period, day: addDays(boundsOf(period).from, -1) }).from,
});
export const after = (period: Period): Period => ({ view: period.view, day: addDays(boundsOf(period).to, 1) });

/** The same a year ago: a week by its number of days, so that weekdays stand beside weekdays. */
export function yearAgo({ view, day }: Period): Period {
  if (view === 'day' || view === 'week') return { view, day: addDays(day, -364) };
  return { view, day: `${Number(day.slice(0, 4)) - 1}-${day.slice(5, 7)}-01` };
}

/** Stretches of at most 92 days, which is what one question may be about. */
export function stretches(from: string, to: string, most = 92): { from: string; to: string }[] {
  const found: { from: string; to: string }[] = [];
  for (let start = from; start <= to; start = addDays(start, most)) {
    const end = addDays(start, most - 1);
    found.push({ from: start, to: end < to ? end : to });
  }
  return found;
}
