/**
 * What strangers cost a member: the median of a member's query beside 1,000 silent connections, 400 that ask /ready without a pause and 12
 * that introspect, all from one address, against the median alone in the same run. API, strangers and member are processes of one machine,
 * so what the strangers themselves take of it is in the figure.
 */
import { type Beside, besideStrangers, medianOf, type Strangers } from '../test/kit/api/strangers.ts';
import type { Figure } from './frame.ts';
import { percentile } from './frame.ts';

const CROWD: Strangers = { silent: 1_000, ready: 400, introspecting: 12 };
const QUERIES = 150;

const times = ({ quiet, crowded }: Beside): number => medianOf(crowded) / medianOf(quiet);

export async function benchStrangers(): Promise<Figure[]> {
  const limited = await besideStrangers(CROWD, { queries: QUERIES });
  const free = await besideStrangers(CROWD, { queries: QUERIES, free: true });
  return [
    {
      name: "a member's query beside strangers, × its quiet median",
      value: times(limited),
      unit: '×',
      aim: { atMost: 3 },
      rival: { name: 'without limits of clients', value: times(free) },
      note:
        `${CROWD.silent} silent connections, ${CROWD.ready} on /ready, ${CROWD.introspecting} introspecting, one address; ` +
        `quiet median ${medianOf(limited.quiet).toFixed(1)} ms, beside them ${medianOf(limited.crowded).toFixed(1)} ms ` +
        `(p95 ${percentile(limited.crowded, 0.95).toFixed(1)} ms)`,
    },
    {
      name: 'queries of the member that failed, of all',
      value: limited.failed.length,
      unit: `of ${2 * QUERIES}`,
      aim: { atMost: 0 },
      rival: { name: 'without', value: free.failed.length },
    },
  ];
}
