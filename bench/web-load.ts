/**
 * A community whose members have all opened their page: a stream of hints each, and each time that its meter reports all that the page
 * shows. The API, the members and Postgres share the machine, so what the members themselves take of it is in the figures.
 */
import { openPages } from '../test/kit/api/crowd.ts';
import type { Figure } from './frame.ts';
import { percentile } from './frame.ts';

const MEMBERS = 1_000;
/** Meters report within the minute after a quarter-hour, and the books commit what a block brought. */
const OVER_MS = 60_000;
const BATCH = 10;

export async function benchWebLoad(): Promise<Figure[]> {
  const { pageMs, hintMs, everybodyMs, failed, idle } = await openPages({ members: MEMBERS, overMs: OVER_MS, batch: BATCH });
  return [
    {
      name: `a page's data, p95, beside ${MEMBERS} open pages`,
      value: percentile(pageMs, 0.95),
      unit: 'ms',
      aim: { atMost: 300 },
      note: `${pageMs.length} questions in ${OVER_MS / 1000} s, median ${percentile(pageMs, 0.5).toFixed(1)} ms`,
    },
    { name: 'questions and streams that failed or waited in vain', value: failed.length, unit: '', aim: { atMost: 0 }, note: failed[0] },
    {
      name: 'from the writing of a report to its hint, p95',
      value: percentile(hintMs, 0.95),
      unit: 'ms',
      aim: { atMost: 1_000 },
      note: `median ${percentile(hintMs, 0.5).toFixed(1)} ms`,
    },
    { name: `a day's news on all ${MEMBERS} pages, the last one's answer included`, value: everybodyMs / 1000, unit: 's' },
    { name: 'an open stream that says nothing, memory of the API', value: idle.kbEach, unit: 'kB' },
    { name: `${MEMBERS} such streams, share of a core`, value: 100 * idle.cpuShare, unit: '%' },
  ];
}
