/**
 * Clock labels of the books' days. A day of the books is a UTC day; people live in the community's zone. So the 96 quarter-hours of a day
 * are labelled there, from when to when, whatever zone the reader's device is set to.
 */
const SLOT_MS = 900_000;
export const SLOTS = 96;

export const slotStartMs = (date: string, slot: number): number => Date.parse(`${date}T00:00:00Z`) + slot * SLOT_MS;

/** By zone and locale: to make one takes longer than all labels of a day. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** `HH:MM` in a zone, for a moment. */
export function clock(ms: number, timeZone: string, locale: string): string {
  const key = `${timeZone} ${locale}`;
  let format = clocks.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
    clocks.set(key, format);
  }
  return format.format(ms);
}

/** The UTC date of a moment: the day of the books that it belongs to. */
export const bookDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const addDays = (date: string, days: number): string => bookDay(Date.parse(`${date}T00:00:00Z`) + days * SLOTS * SLOT_MS);

/** Whether a text from outside is a day of the calendar, as `YYYY-MM-DD`. */
export const isDay = (text: unknown): text is string =>
  typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;

/** The same of a month, as `YYYY-MM`. */
export const isMonth = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

/** `YYYY-MM` of a day. */
export const monthOf = (date: string): string => date.slice(0, 7);

export function daysOfMonth(month: string): string[] {
  const days: string[] = [];
  for (let date = `${month}-01`; monthOf(date) === month; date = addDays(date, 1)) days.push(date);
  return days;
}
