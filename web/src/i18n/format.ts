/** Numbers, money, energy and days as a reader's language writes them. Rounding is here, in the display, and nowhere else. */
import { locale } from './index.ts';

const DAY_MS = 86_400_000;

const utc = (date: string): Date => new Date(`${date}T00:00:00Z`);

const dayFormat = (style: 'long' | 'short'): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale(), { day: 'numeric', month: style, ...(style === 'long' ? { year: 'numeric' } : {}), timeZone: 'UTC' });

/** A day of the books, `YYYY-MM-DD`. It is a UTC day, and its name is the same everywhere. */
export const dayName = (date: string, style: 'long' | 'short' = 'long'): string => dayFormat(style).format(utc(date));

/** From a day to another, in words. */
export const dayRange = (from: string, to: string): string => dayFormat('long').formatRange(utc(from), utc(to));

/** Days in words: stretches as from … to. */
export function dayRanges(dates: readonly string[], style: 'long' | 'short' = 'long'): string {
  const stretches: string[][] = [];
  for (const date of dates) {
    const stretch = stretches.at(-1);
    if (stretch && Date.parse(date) - Date.parse(stretch.at(-1)!) === DAY_MS) stretch.push(date);
    else stretches.push([date]);
  }
  const texts = stretches.map((days) => dayFormat(style).formatRange(utc(days[0]), utc(days.at(-1)!)));
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(texts);
}

export const number = (value: number | bigint, fraction = 0): string =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: fraction, maximumFractionDigits: fraction }).format(value);

export const seconds = (ms: number): string => number(ms / 1000, 1);

/** At the start of a sentence, where a language writes names of months small within one. */
export const atStart = (text: string): string => text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);

/** A moment of chain time, in seconds, with the community's zone. */
export const moment = (unixS: number, timeZone = 'UTC'): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(unixS * 1000));

/** The same of a moment as the service writes it. */
export const momentOf = (at: string, timeZone: string): string => moment(Date.parse(at) / 1000, timeZone);

/** A month, `YYYY-MM`, of UTC days. */
export const monthName = (month: string): string =>
  new Intl.DateTimeFormat(locale(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(utc(`${month}-01`));

/** When a fingerprint was pinned, as a day of this device. */
export const pinnedOn = ({ atMs }: { atMs: number }): string => dayName(new Date(atMs).toISOString().slice(0, 10));

/** How long ago something was, by this device: no clock on a wall is in it. */
export const ago = (ms: number): string =>
  new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-Math.round((Date.now() - ms) / 60_000), 'minute');
