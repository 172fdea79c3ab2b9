/**
 * What a reader of bundles has audited before, as the query of an address says it: `since=FIRST..LAST&seq=N`, `open=DAY` for each day that
 * was left open, `run=METER FIRST LAST FOLLOWS` for each run. All of it is public: the bundle shows again what the chain's log names since.
 */
import { FOLLOWS, type Follows } from '../../../protocol/day/runs.ts';
import { addressBytes } from '../../../protocol/values/address.ts';
import { dateToDay } from '../../../protocol/values/time.ts';
import { badInput } from '../errors.ts';
import { LIMITS } from '../limits.ts';

export interface Since {
  firstDay: number;
  lastDay: number;
  /** number of the log's first entry that was not seen */
  nextSeq: number;
  open: readonly number[];
  runs: readonly { meter: string; firstDay: number; lastDay: number; follows: Follows }[];
}

function day(text: string | undefined, field: string): number {
  try {
    return dateToDay(text ?? '');
  } catch {
    throw badInput(field, 'days as YYYY-MM-DD');
  }
}

function run(text: string): Since['runs'][number] {
  const [meter, first, last, word, ...more] = text.split(' ');
  const follows = FOLLOWS.find((one) => one === word);
  if (!follows || more.length > 0) throw badInput('run', `"METER FIRST LAST FOLLOWS", with one of ${FOLLOWS.join(', ')}`);
  try {
    addressBytes(meter, 'run');
  } catch {
    throw badInput('run', 'the address of a meter first');
  }
  const [firstDay, lastDay] = [day(first, 'run'), day(last, 'run')];
  if (lastDay < firstDay || lastDay - firstDay >= LIMITS.bundleDaysSince) throw badInput('run', `1 to ${LIMITS.bundleDaysSince} days`);
  return { meter, firstDay, lastDay, follows };
}

/** Null where nothing is gone on from. @throws ApiError BAD_USER_INPUT */
export function sinceOf(query: URLSearchParams): Since | null {
  const since = query.get('since');
  if (since === null) return null;
  const [, first, last] = /^([0-9-]{10})\.\.([0-9-]{10})$/.exec(since) ?? [];
  const [firstDay, lastDay] = [day(first, 'since'), day(last, 'since')];
  if (lastDay < firstDay) throw badInput('since', 'FIRST..LAST, the earlier one first');
  const seq = query.get('seq') ?? '';
  if (!/^(0|[1-9]\d{0,14})$/.test(seq)) throw badInput('seq', 'the number of an entry of the log');
  const [open, runs] = [query.getAll('open'), query.getAll('run')];
  if (open.length > LIMITS.bundleDaysSince || runs.length > LIMITS.runsSince)
    throw badInput('since', `at most ${LIMITS.bundleDaysSince} open days and ${LIMITS.runsSince} runs: ask the operator for an export`);
  return { firstDay, lastDay, nextSeq: Number(seq), open: open.map((text) => day(text, 'open')), runs: runs.map(run) };
}
