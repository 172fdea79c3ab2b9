/**
 * Points in time as price files say them: with an offset, in a zone that the row or the head of the column names, or in one that the
 * operator names. A local time that comes twice (the end of summer time) is the one that goes on from the row before it.
 */
import { PriceFileError } from './price.ts';

/** Names that columns have for zones. A bare "CET" is not taken: some mean a fixed offset by it, some the clock on the wall. */
const NAMED: Readonly<Record<string, string>> = {
  utc: 'UTC',
  gmt: 'UTC',
  z: 'UTC',
  'cet/cest': 'Europe/Brussels',
  'mez/mesz': 'Europe/Berlin',
  'eet/eest': 'Europe/Athens',
  'wet/west': 'Europe/Lisbon',
};
/** What rows say of themselves, in hours. */
const FIXED: Readonly<Record<string, number>> = { utc: 0, gmt: 0, wet: 0, west: 1, cet: 1, mez: 1, cest: 2, mesz: 2, eet: 2, eest: 3 };

/** An IANA zone, by its name or by that of a column's head. @throws PriceFileError on one that nobody knows */
export function zoneNamed(name: string, where: string): string {
  const zone = NAMED[name.trim().toLowerCase()] ?? name.trim();
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    if (/^[A-Za-z]+\/[A-Za-z_/+-]+$|^UTC$/.test(zone)) return zone;
  } catch {
    // said below
  }
  throw new PriceFileError(where, `expected a time zone such as UTC or Europe/Berlin, got "${name.trim()}" (--zone names it)`);
}

/** The zone that a head names in brackets, such as "MTU (CET/CEST)"; null where it names none. */
export function zoneInHead(head: string, where: string): string | null {
  const found = /\(([^()]*)\)/.exec(head)?.[1];
  return found === undefined || found.trim() === '' ? null : zoneNamed(found, where);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Seconds that a zone's clock is ahead of UTC. */
function offsetS(zone: string, unixS: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(unixS * 1000).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) / 1000 - unixS;
}

/** The times at which a zone's clock shows this: none in the gap of spring, two in the hour that comes twice. Rising. */
function timesOf(wallS: number, zone: string): number[] {
  const offsets = new Set([wallS - 86_400, wallS + 86_400].map((near) => offsetS(zone, near)));
  return [...offsets]
    .map((offset) => wallS - offset)
    .filter((at) => at + offsetS(zone, at) === wallS)
    .sort((a, b) => a - b);
}

const DATES = [
  /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)/,
  /^(?<d>\d\d?)\.(?<m>\d\d?)\.(?<y>\d{4})/,
  /^(?<d>\d\d)\/(?<m>\d\d)\/(?<y>\d{4})/,
  /^(?<y>\d{4})\/(?<m>\d\d)\/(?<d>\d\d)/,
];
const TIME = /^[T ,]*(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d|\([A-Za-z]+\)|[A-Z]{3,4})?$/;

export interface TimeContext {
  where: string;
  /** of the column's head, or the operator's word; null: each row has to say */
  zone: string | null;
  /** where the row before ends or, while that is not known, begins: for a local time that comes twice */
  after: number | null;
}

/** Reads a point in time, in whole seconds. @throws PriceFileError */
export function parseTime(text: string, { where, zone, after }: TimeContext): number {
  const plain = text.trim();
  const date = DATES.map((form) => form.exec(plain)).find((found) => found !== null);
  const time = date && TIME.exec(plain.slice(date[0].length));
  if (!date?.groups || !time) throw new PriceFileError(where, `expected a date and a time, got "${plain}"`);
  const [y, m, d] = [date.groups.y, date.groups.m, date.groups.d].map(Number);
  const [hour, minute, second] = [time[1], time[2], time[3] ?? '0'].map(Number);
  const wallS = Date.UTC(y, m - 1, d, hour, minute, second) / 1000;
  const back = new Date(wallS * 1000);
  if (back.getUTCMonth() !== m - 1 || back.getUTCDate() !== d || hour > 23 || minute > 59 || second > 59)
    throw new PriceFileError(where, `expected a date and a time of the calendar, got "${plain}"`);
  const mark = time[4];
  if (mark !== undefined) return wallS - offsetOfMark(mark, where);
  if (zone === null) throw new PriceFileError(where, `"${plain}" names no time zone: --zone does, such as --zone Europe/Berlin`);
  const times = timesOf(wallS, zone);
  if (times.length === 0) throw new PriceFileError(where, `"${plain}" does not exist in ${zone}: the clock is put forward there`);
  return times.find((at) => after !== null && at >= after) ?? times[times.length - 1];
}

function offsetOfMark(mark: string, where: string): number {
  if (mark === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(mark) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  const fixed = FIXED[mark.replace(/[()]/g, '').toLowerCase()];
  if (fixed === undefined) throw new PriceFileError(where, `expected a time zone such as UTC, CET or CEST, got "${mark}"`);
  return fixed * 3600;
}
