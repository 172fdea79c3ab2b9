/**
 * Check 2, the log: what happened on the chain since some moment, proven as one range to its end as of the newest header of the bundle
 * (protocol §9.1).
 *
 * Each day is proven as of some block, and with it how far the log was then. Whatever the log says of the day from there on is news that
 * the day's files do not have: such a day is no evidence of what the chain says now.
 */
import type { ChainGenesis } from '../../protocol/genesis/index.ts';
import { dayToDate, LOG_PATH, type LogEntry, ProtocolError } from '../../protocol/index.ts';
import type { Bundle, BundleDay } from '../bundle.ts';
import { appHashAfter, readLog, StateReader, stateRanges } from '../light/index.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import { faultLines } from './file-checks.ts';
import type { Headers } from './header-checks.ts';

/** The log from one of its numbers to its end, proven. */
export interface ProvenLog {
  from: number;
  nextSeq: number;
  entries: readonly LogEntry[];
}

const head = { id: '2' as const, name: 'log' };

/** An entry in words. */
export const wordsOf = ({ seq, kind, day, version, meter }: LogEntry): string =>
  `entry ${seq}, ${kind} of ${dayToDate(day)}${version === null ? '' : `, version ${version}`}${meter === null ? '' : `, ${meter}`}`;

/**
 * Proves the log of a bundle.
 * @param seen the number up to which an earlier audit has seen it; null without one
 */
export function logChecks(
  { log }: Pick<Bundle, 'log'>,
  headers: Headers,
  genesis: ChainGenesis,
  seen: number | null,
): { checks: Check[]; log: ProvenLog | null } {
  if (!headers.state)
    return { checks: [notChecked('2', 'log', 'the headers it leads to are not believed (check 1)', undefined, '1')], log: null };
  if (log.fault) return { checks: faultLines(head, log.fault), log: null };
  const file = log.value;
  const refused = (detail: string, status: Fault['status'] = 'failed') => ({ checks: lines(head, [{ detail, status }], ''), log: null });
  if (file.chainId !== genesis.chainId) return refused(`log.chainId is ${file.chainId}, genesis says ${genesis.chainId}`);
  const newest = [...headers.state.headers.values()].at(-1)!;
  if (file.height + 1 !== newest.height)
    return refused(
      `${LOG_PATH}: as of block ${file.height}, though headers go up to ${newest.height}: the newest is expected`,
      'unreadable',
    );
  try {
    const reader = new StateReader(file, appHashAfter(headers.state, file.height));
    const proven = readLog(file.from, reader.range(stateRanges.log(file.from), file.proofs));
    if (seen !== null && proven.nextSeq < seen)
      return refused(`${LOG_PATH}: the log has ${proven.nextSeq - 1} entries, the earlier audit saw ${seen - 1}`);
    if (seen !== null && file.from > seen)
      return refused(`${LOG_PATH}: begins with number ${file.from}, the earlier audit saw the log up to ${seen - 1}`, 'unreadable');
    const summary = `${proven.entries.length} entries from number ${file.from} on, the next is ${proven.nextSeq}; as of the newest header`;
    return { checks: lines(head, [], summary), log: { from: file.from, ...proven } };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return refused(`${LOG_PATH}: ${error.message}`);
  }
}

/** Whether the log has news of a day. `nextSeq`: how far the log was when the day was proven. */
export function newsChecks(day: Pick<BundleDay, 'date' | 'day'>, nextSeq: number, log: ProvenLog | null): Check[] {
  if (!log) return [notChecked('2', 'log', 'the log is not proven', day.date, '2')];
  const at = { ...head, day: day.date };
  if (nextSeq < log.from) {
    const detail = `proven when the log was at ${nextSeq}, but it is shown from ${log.from} on: what came between is not in sight`;
    return lines(at, [{ detail, status: 'unreadable' }], '');
  }
  const news = log.entries.filter((entry) => entry.seq >= nextSeq && entry.day === day.day);
  const faults = news.map(
    (entry): Fault => ({ detail: `since this day was proven, the log has ${wordsOf(entry)}: export it again`, status: 'unreadable' }),
  );
  return lines(at, faults, 'no news since it was proven');
}
