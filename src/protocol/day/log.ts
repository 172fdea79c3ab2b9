/**
 * The chain's log: what may change what an earlier audit has said of a day (protocol §9.1), and which days an audit that goes on from an
 * earlier one has to be shown again for it.
 */

/** In the order of their numbers on the chain, from 1 on. */
export const LOG_KINDS = ['dispute', 'correction', 'late-roster', 'final-reading', 'objection', 'no-bill', 'no-bill-withdrawn'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/** `version`: of a correction alone; `meter`: of all but corrections and late rosters. */
export interface LogEntry {
  seq: number;
  kind: LogKind;
  day: number;
  version: number | null;
  meter: string | null;
}

/** Kinds whose entries say all that there is to know. */
const TELLING: ReadonlySet<LogKind> = new Set<LogKind>(['objection', 'no-bill', 'no-bill-withdrawn']);

/**
 * Days of an earlier audit, first and last, that have to be audited again because of these entries: each with the first entry that says so.
 * A corrected day comes with the day after it: both its links may have changed. The day before the first was seen for its links alone,
 * with the late statements of it: it comes again with the first.
 */
export function daysToShow<Entry extends Pick<LogEntry, 'kind' | 'day'>>(
  entries: readonly Entry[],
  { firstDay, lastDay }: { firstDay: number; lastDay: number },
): Map<number, Entry> {
  const days = new Map<number, Entry>();
  for (const entry of entries) {
    if (TELLING.has(entry.kind)) continue;
    const touched = entry.kind === 'correction' || entry.day === firstDay - 1 ? [entry.day, entry.day + 1] : [entry.day];
    for (const day of touched) if (day >= firstDay && day <= lastDay && !days.has(day)) days.set(day, entry);
  }
  return days;
}
