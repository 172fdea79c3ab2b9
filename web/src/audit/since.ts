/**
 * What the service is told of an earlier audit, so that its bundle shows again what the chain's log names since: which days were audited,
 * how far the log was then, and what was open. All of it is published; no verdict is in it.
 */
import { addDays, isDay } from '../values/day-clock.ts';

interface Saved {
  firstDay: string;
  lastDay: string;
  nextSeq: string;
  corrections: readonly { day: string }[];
  runs: readonly { meter: string; firstDay: string; lastDay: string; follows: string }[];
}

/** Whether what a file has for an earlier audit can be gone on from, as far as it is read here; the check itself reads all of it. */
export function isSaved(resume: unknown): boolean {
  try {
    const { firstDay, lastDay, nextSeq, corrections, runs } = JSON.parse(String(resume)) as Saved;
    const days = [firstDay, lastDay, ...corrections.map(({ day }) => day), ...runs.flatMap((run) => [run.firstDay, run.lastDay])];
    return typeof resume === 'string' && /^\d+$/.test(nextSeq) && days.every(isDay);
  } catch {
    return false;
  }
}

/** The last day that an earlier audit covers. */
export const lastDayOf = (resume: string): string => (JSON.parse(resume) as Saved).lastDay;

/** What follows the address of a bundle. Days of a run that is not closed come with the days after them: these may be of the run too. */
export function sinceQuery(resume: string): string {
  const { firstDay, lastDay, nextSeq, corrections, runs } = JSON.parse(resume) as Saved;
  const open = corrections.flatMap(({ day }) => [day, addDays(day, 1)]).filter((day) => day <= lastDay);
  const query = new URLSearchParams({ since: `${firstDay}..${lastDay}`, seq: nextSeq });
  for (const day of new Set(open)) query.append('open', day);
  for (const run of runs) query.append('run', [run.meter, run.firstDay, run.lastDay, run.follows].join(' '));
  return `?${query}`;
}

/** The operator's command for the same, with the file that the auditor saved. */
export const exportSince = (from: string, to: string): string =>
  `npx electra export ${from === to ? from : `${from} ${to}`} --since audited.json --out ${to}.zip`;
