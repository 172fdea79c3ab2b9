/**
 * Check 7 of runs (protocol §9.3): a meter's days without a valid statement are closed between two registers that are known, or they are
 * named as open until their time is up, and a failure from then on. Silence at the end passes no more than silence in the middle.
 *
 * What a bundle does not show is open, never failed: a range may end in the middle of a run. Only where days are shown again that lie
 * before what an earlier audit saw is a run of which the end is not in sight taken to be as that audit left it, unless a link in sight is
 * open; such a one has the longest time that any run may have.
 *
 * A run beside a void day stays as it was booked, and is named: what would close it lies in a book that counts for nothing.
 *
 * Whether time is up is judged by the latest chain time that the bundle itself shows: the same files give the same verdict forever.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { DAY_S, dayToDate, isOverdue, openEnd, type Run, readingDueUnixS, runDueUnixS, runsOf } from '../../protocol/index.ts';
import { type Check, type Fault, lines } from './checks.ts';
import { correctedAt, finalReadingOf, type OpenRun, type RunFrame, type StoryDay } from './run-frame.ts';

interface Judged {
  /** null: nothing is wrong with it */
  fault: Fault | null;
  open: OpenRun | null;
}

const lastOf = (run: Run<StoryDay>): StoryDay => run.days.at(-1)!;

/** What follows a run, as far as the bundle or the earlier audit says. */
function spanOf(meter: string, run: Run<StoryDay>, frame: RunFrame): OpenRun {
  const [firstDay, lastDay] = [run.days[0].day, lastOf(run).day];
  const span = { meter, firstDay, lastDay };
  if (run.after) return { ...span, follows: 'metered' };
  if (finalReadingOf(meter, run, frame)) return { ...span, follows: 'final-reading' };
  if (frame.serves(meter, lastDay + 1) === false) return { ...span, follows: 'service-end' };
  const earlier = frame.carried.find((one) => one.meter === meter && one.lastDay === lastDay);
  return { ...span, follows: earlier?.follows ?? 'nothing' };
}

const datesOf = ({ firstDay, lastDay }: OpenRun): string =>
  firstDay === lastDay ? `${dayToDate(firstDay)} is not metered` : `${dayToDate(firstDay)} … ${dayToDate(lastDay)} are not metered`;

/** What keeps a run from being closed, in words; null: it is closed. */
function whyOpen(meter: string, run: Run<StoryDay>, frame: RunFrame): string | null {
  const absent = [...run.days, ...(run.after ? [run.after] : [])].find(({ shown }) => !shown);
  if (absent) return `${dayToDate(absent.day)} is not here to show that it is`;
  const reading = finalReadingOf(meter, run, frame);
  const why = openEnd(run, reading?.link ?? null, dayToDate);
  const { day } = lastOf(run);
  return why !== null && !run.after && !reading && frame.serves(meter, day + 1) === false
    ? `its service ended with ${dayToDate(day)}, and the chain has no final reading of it`
    : why;
}

/** A final reading, or the correction that ends at it, which came after it was due; closed or not. */
function lateFault(meter: string, run: Run<StoryDay>, frame: RunFrame, { params }: Genesis): string | null {
  const reading = run.after ? undefined : finalReadingOf(meter, run, frame);
  if (!reading) return null;
  const dueUnixS = readingDueUnixS(lastOf(run).day, params);
  if (reading.unixS > dueUnixS) return `its final reading came ${reading.unixS - dueUnixS} s after it was due`;
  const lateS = Math.max(0, ...correctedAt(meter, run, frame)) - dueUnixS - params.anchorDueS;
  return lateS > 0 ? `the correction that ends at its final reading was anchored ${lateS} s after it was due` : null;
}

/** No run may stay open for longer, whatever follows it: silence until it had to be retired, then a final reading and its correction. */
const longestUnixS = ({ firstDay }: OpenRun, { linkDueS, anchorDueS }: Genesis['params']): number =>
  (firstDay + 2) * DAY_S + 2 * linkDueS + anchorDueS;

/** `upTo`: the last day that this audit, or an earlier one that it goes on from, has audited. */
function judge(meter: string, run: Run<StoryDay>, frame: RunFrame, genesis: Genesis, upTo: number): Judged {
  const span = spanOf(meter, run, frame);
  const words = datesOf(span);
  const late = lateFault(meter, run, frame, genesis);
  if (late !== null) return { fault: { meter, detail: `${words}: ${late}` }, open: null };
  const why = whyOpen(meter, run, frame);
  if (why === null) return { fault: null, open: null };
  const beside = [span.firstDay - 1, span.lastDay + 1].find((day) => frame.voids.has(day));
  if (beside !== undefined) {
    const detail = `${words}, beside ${dayToDate(beside)}, which is void: no register there counts, and nothing closes them`;
    return { fault: { meter, status: 'open', detail }, open: null };
  }
  const isCutOff = span.follows === 'nothing' && span.lastDay < upTo;
  const isCarried = frame.carried.some((one) => one.meter === meter && one.firstDay <= span.lastDay && one.lastDay >= span.firstDay);
  if (isCutOff && !isCarried && openEnd(run, lastOf(run).L1, dayToDate) === null) return { fault: null, open: null };
  const dueUnixS = isCutOff ? longestUnixS(span, genesis.params) : runDueUnixS(span, genesis.params);
  const overdue = isCutOff ? frame.nowUnixS > dueUnixS : isOverdue(span, genesis.params, frame.nowUnixS);
  const due = span.follows === 'nothing' && !isCutOff ? 'something has to follow' : 'it has to be closed';
  const by = `; ${due} by ${dayToDate(Math.floor(dueUnixS / DAY_S))}`;
  return overdue
    ? { fault: { meter, detail: `${words}, and not closed in time: ${why}${by}` }, open: null }
    : { fault: { meter, status: 'open', detail: `${words}, and not closed yet: ${why}${by}` }, open: span };
}

/** Whether a run is of days that are audited here, or that an earlier audit left open. */
const isOurs = (meter: string, { days, after }: Run<StoryDay>, { byDay, carried }: RunFrame): boolean =>
  [...days, ...(after ? [after] : [])].some(({ day }) => byDay.get(day)?.audited) ||
  carried.some((one) => one.meter === meter && days.some(({ day }) => day >= one.firstDay && day <= one.lastDay));

/** Check 7 of every run. Never called for a draft: only time makes a run a failure. */
export function runChecks(frame: RunFrame, genesis: Genesis, upTo: number): { checks: Check[]; open: OpenRun[] } {
  const judged = [...frame.stories].flatMap(([meter, days]) =>
    runsOf(days)
      .filter((run) => isOurs(meter, run, frame))
      .map((run) => judge(meter, run, frame, genesis, upTo)),
  );
  const open = judged.flatMap((one) => one.open ?? []);
  const faults = judged.flatMap(({ fault }) => fault ?? []);
  const closed = judged.length - faults.length;
  return { checks: lines({ id: '7', name: 'runs' }, faults, `${closed} closed, ${open.length} open`), open };
}
