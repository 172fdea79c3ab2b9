/**
 * Which profile day plays on which chain day. Chain days are real UTC dates: at the first start the last replayed day is put on yesterday
 * and stays there for good; today and all later days go on in the profile year, and after its 12-30 comes its 01-01 again. `demo.json` in
 * the data folder says all this in plain dates, for anyone who recomputes a bill.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_S, dateToDay, dayToDate, ProtocolError, SLOTS_PER_DAY } from '../sdk/ts/src/index.ts';
import { assertCommunity, type Community, FIRST_PROFILE_DATE, LAST_PROFILE_DATE, PROFILE_DAYS, SimulatorError } from './profiles.ts';

export interface DemoCalendar {
  community: Community;
  /** First replayed profile date, YYYY-MM-DD. */
  from: string;
  /** How many days are replayed before the present. */
  days: number;
  /** The chain day that `from` plays on. */
  firstDay: number;
}

const FIRST_PROFILE_DAY = dateToDay(FIRST_PROFILE_DATE);

/** A new calendar whose last replayed day is the day before `nowMs`. Refuses what the profiles do not hold. */
export function newCalendar({
  community,
  from,
  days,
  nowMs,
}: {
  community: string;
  from: string;
  days: number;
  nowMs: number;
}): DemoCalendar {
  if (!Number.isInteger(days) || days < 1 || days > PROFILE_DAYS)
    throw new SimulatorError('out-of-range', 'days', `a whole number from 1 to ${PROFILE_DAYS}`);
  profileIndex(from);
  return { community: assertCommunity(community), from, days, firstDay: Math.floor(nowMs / 1000 / DAY_S) - days };
}

function profileIndex(date: unknown): number {
  let index = -1;
  try {
    index = dateToDay(date as string) - FIRST_PROFILE_DAY;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  if (index < 0 || index >= PROFILE_DAYS)
    throw new SimulatorError('out-of-range', 'from', `a date from ${FIRST_PROFILE_DATE} to ${LAST_PROFILE_DATE}`);
  return index;
}

/** Index of the profile day (0 = 2016-01-01) that plays on a chain day. */
function profileDayOf(calendar: DemoCalendar, day: number): number {
  if (day < calendar.firstDay) throw new SimulatorError('out-of-range', 'day', `a day not before ${dayToDate(calendar.firstDay)}`);
  return (profileIndex(calendar.from) + day - calendar.firstDay) % PROFILE_DAYS;
}

/** First row of that day in the profile columns. */
export const profileRowOf = (calendar: DemoCalendar, day: number): number => profileDayOf(calendar, day) * SLOTS_PER_DAY;

/** The profile date that plays on a chain day, YYYY-MM-DD. */
export const profileDateOf = (calendar: DemoCalendar, day: number): string => dayToDate(FIRST_PROFILE_DAY + profileDayOf(calendar, day));

/** Chain date → profile date, from the first replayed day to `lastDay`. */
export function datesUpTo(calendar: DemoCalendar, lastDay: number): Record<string, string> {
  const dates: Record<string, string> = {};
  for (let day = calendar.firstDay; day <= lastDay; day++) dates[dayToDate(day)] = profileDateOf(calendar, day);
  return dates;
}

/** Writes DIR/demo.json with the dates up to `lastDay`, whole or not at all. */
export async function writeDemo(dataDir: string, calendar: DemoCalendar, lastDay: number): Promise<void> {
  const { community, from, days, firstDay } = calendar;
  const path = join(dataDir, 'demo.json');
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ community, from, days, firstDay, dates: datesUpTo(calendar, lastDay) }, null, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** Reads DIR/demo.json; undefined where there is none. */
export async function readDemo(dataDir: string): Promise<DemoCalendar | undefined> {
  const path = join(dataDir, 'demo.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let value: Partial<DemoCalendar>;
  try {
    value = JSON.parse(text) ?? {};
  } catch {
    throw new SimulatorError('bad-demo', path, 'JSON');
  }
  const { community, from, days, firstDay } = value;
  profileIndex(from);
  if (!Number.isInteger(days) || !Number.isInteger(firstDay) || firstDay! < 1)
    throw new SimulatorError('bad-demo', path, 'whole numbers days and firstDay');
  return { community: assertCommunity(String(community)), from: from!, days: days!, firstDay: firstDay! };
}
