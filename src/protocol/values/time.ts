/**
 * Days and slots: UTC only, both u32 (protocol §2). Local calendars are presentation and live elsewhere.
 */
import { ProtocolError } from './errors.ts';

export const SLOT_S = 900;
export const DAY_S = 86_400;
export const SLOTS_PER_DAY = 96;

export const U32_MAX = 0xffff_ffff;
/** The last day all of whose slots fit a u32. */
export const DAY_MAX = Math.floor((U32_MAX + 1) / SLOTS_PER_DAY) - 1;
/** The last second of that day: chain time stands still there. */
export const UNIX_S_MAX = (DAY_MAX + 1) * DAY_S - 1;

export function assertU32(value: number, field: string): number {
  if (!Number.isInteger(value) || value < 0 || value > U32_MAX) throw new ProtocolError('out-of-range', field, 'an integer in 0 … 2^32-1');
  return value;
}

/** Day number of a Unix time in seconds. */
export const dayOf = (unixS: number): number => assertU32(Math.floor(unixS / DAY_S), 'day');
/** Slot number of a Unix time in seconds. */
export const slotOf = (unixS: number): number => assertU32(Math.floor(unixS / SLOT_S), 'slot');
/** First slot of a day. */
export const firstSlot = (day: number): number => assertU32(day * SLOTS_PER_DAY, 'slot');
export const dayOfSlot = (slot: number): number => Math.floor(slot / SLOTS_PER_DAY);

/** `YYYY-MM-DD` of a day number. */
export function dayToDate(day: number): string {
  return new Date(assertU32(day, 'day') * DAY_S * 1000).toISOString().slice(0, 10);
}

/** Day number of `YYYY-MM-DD`; refuses dates that do not exist. */
export function dateToDay(date: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date)
    throw new ProtocolError('out-of-range', 'date', `a calendar date YYYY-MM-DD, not ${JSON.stringify(date)}`);
  return dayOf(ms / 1000);
}
