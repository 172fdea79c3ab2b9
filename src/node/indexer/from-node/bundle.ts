/**
 * An audit bundle from any node of the chain, with nothing of the operator's (docs/prove-book.md): books and proofs lie in blocks, the
 * rest is state, shown by proofs at one block.
 *
 * The node is a stranger. Each answer has its own bounds (chain/answer-limits.ts), all of them together the caller's time, and what is
 * asked follows from few things: days, versions that the state shows, parts and headers whose number is limited. What it says is believed
 * no further than its own header; the audit is who judges header and all.
 */

import { isShared } from '../../../protocol/genesis/index.ts';
import {
  type Copied,
  commitmentsOf,
  copiedDay,
  daysLookedAt,
  daysToShow,
  dayToDate,
  type EarlierDay,
  type EarlierProven,
  earlierPath,
  encodeEarlierFile,
  notMetered,
  parseBook,
} from '../../../protocol/index.ts';
import { METER_STORE, readDispute, readProven, readRoster, StateReader, stateKeys, stateRanges } from '../../../reader/light/index.ts';
import { ChainNode } from '../chain/node.ts';
import { believed } from '../errors.ts';
import { rangeOf, type Target } from '../range-proof.ts';
import { dayOf, filesOf, type NodeDay, NotProven } from './day.ts';
import { mainFiles } from './main-bundle.ts';
import { common, type View, viewOf } from './view.ts';

export interface NodeBundleOptions {
  rpcUrl: string;
  /** rising */
  days: readonly number[];
  /** the block as of which everything is asked; default: the newest whose state a header holds */
  height?: number;
  /** what an earlier audit has seen, for whoever goes on from it */
  since?: SeenBefore | null;
  signal: AbortSignal;
}

/** As an audit saves it: the bundle shows the log from there, and the days that it names, or that were left open and have an end. */
interface SeenBefore {
  firstDay: number;
  lastDay: number;
  nextSeq: number;
  corrections: readonly { day: number }[];
  runs: readonly { meter: string; firstDay: number; lastDay: number; follows: string }[];
}

/** A community's chain, with its days as they were asked. */
interface DaysView extends View {
  days: Map<number, NodeDay | null>;
}

/** path → text. @throws FatalError `not-proven` for a day that the chain has not verified, UntrustedNodeError, RetryableError */
export async function bundleFromNode({ rpcUrl, days, height, since = null, signal }: NodeBundleOptions): Promise<Record<string, string>> {
  const node = new ChainNode(rpcUrl, signal);
  try {
    const asked = await viewOf(node, height);
    // A main chain's audit goes on from none.
    if (isShared(asked.genesis)) return { ...(await mainFiles(asked, days)), ...(await common(asked, null)) };
    const view: DaysView = { ...asked, days: new Map() };
    const again = since ? await daysAgain(view, days, since) : [];
    const wanted = await withWholeRuns(view, [...new Set([...days, ...again])]);
    const last = Math.max(...wanted);
    const shown: NodeDay[] = [];
    for (const at of [...new Set([...wanted].flatMap((day) => [day - 1, day]))].sort((a, b) => a - b)) {
      const day = await dayAt(view, at, wanted.has(at));
      if (day && (day.books.size > 0 || day.isVoid)) shown.push(day);
    }
    const files: Record<string, string> = {};
    for (const day of shown) Object.assign(files, filesOf(day, { isLast: day.day === last }));
    return { ...files, ...(await earlierFiles(view, shown)), ...(await common(view, since?.nextSeq ?? null)) };
  } finally {
    node.close();
  }
}

/** A day, asked once. One that is only beside those wanted may have no proven book: it is left out then. */
async function dayAt(view: DaysView, day: number, wanted: boolean): Promise<NodeDay | null> {
  if (!view.days.has(day)) {
    let found: NodeDay | null = null;
    try {
      found = day < 0 ? null : await dayOf(view.target, day, { ...view, log: view.log.entries });
    } catch (error) {
      if (wanted || !(error instanceof NotProven)) throw error;
    }
    view.days.set(day, found);
  }
  const found = view.days.get(day)!;
  if (wanted && (!found || (found.books.size === 0 && !found.isVoid))) throw new NotProven(day, 'the chain has verified no book of it');
  return found;
}

/** Latest entries of a day's books by meter, with their versions. */
function entriesOf({ books }: NodeDay): Map<string, { version: number; metered: boolean }> {
  const latest = new Map<string, { version: number; metered: boolean }>();
  for (const [version, { book }] of [...books].sort(([a], [b]) => a - b))
    for (const { meter, source } of parseBook(book).meters) latest.set(meter, { version, metered: source === 'metered' });
  return latest;
}

/** The days, with those of corrected runs that reach into them: a run is judged as one thing (protocol §9.2). */
async function withWholeRuns(view: DaysView, days: readonly number[]): Promise<Set<number>> {
  const all = new Set(days);
  for (const day of days) {
    const entries = entriesOf((await dayAt(view, day, true))!);
    const corrected = [...entries].filter(([, { version, metered }]) => version > 1 && !metered).map(([meter]) => meter);
    for (const meter of corrected)
      for (let before = day - 1; ; before--) {
        const found = await dayAt(view, before, false);
        if ((found ? entriesOf(found).get(meter)?.metered : undefined) !== false) break;
        all.add(before);
      }
  }
  return all;
}

/**
 * Days of an earlier audit that are to be shown again: what the log names since, corrections of runs that were not closed, and the days of
 * runs that have an end by now.
 */
async function daysAgain(view: DaysView, days: readonly number[], since: SeenBefore): Promise<number[]> {
  const { log } = view;
  const news = log.entries.filter(({ seq }) => seq >= since.nextSeq);
  const open = since.corrections.flatMap(({ day }) => [day, day + 1]);
  const ended: number[] = [];
  for (const run of since.runs)
    if (await hasEnded(view, days, run)) for (let day = run.firstDay; day <= run.lastDay + 1; day++) ended.push(day);
  return [...daysToShow(news, since).keys(), ...[...open, ...ended].filter((day) => day <= since.lastDay)];
}

/** Whether a metered day follows a run, among those that are asked for, or a final reading ends it. */
async function hasEnded(
  view: DaysView,
  days: readonly number[],
  { meter, lastDay, follows }: SeenBefore['runs'][number],
): Promise<boolean> {
  if (follows === 'metered' || follows === 'final-reading') return true;
  const ends = await dayAt(view, lastDay, false);
  if (ends?.chain.finalReadings.some((reading) => reading.meter === meter)) return true;
  for (const at of days.filter((day) => day > lastDay)) {
    const day = await dayAt(view, at, true);
    if (day && entriesOf(day).get(meter)?.metered) return true;
  }
  return false;
}

/** `earlier/`: days outside the bundle from which its copies were chosen. */
async function earlierFiles(view: DaysView, shown: readonly NodeDay[]): Promise<Record<string, string>> {
  const { target } = view;
  const inside = new Map(shown.map((day) => [day.day, day]));
  const seen = new Map<number, EarlierDay | null>();
  for (const [day, { roster, chain, proven }] of inside) {
    const disputed = new Set(chain.disputes.map(({ meter }) => meter));
    seen.set(day, { commitments: commitmentsOf(roster.roster), disputed, frozenUnixS: roster.unixS, proven });
  }
  const files: Record<string, string> = {};
  const proofs = new Map<number, Omit<EarlierProven, 'height'>>();
  for (const { day, roster, chain } of shown.filter((one) => !one.isVoid)) {
    const silent = notMetered(roster.roster.meters, new Set(chain.disputes.map(({ meter }) => meter)));
    const anchoredUnixS = chain.anchors[0].unixS;
    const copiedBy = (meter: string) => copiedDay(meter, day, (at) => seen.get(at), anchoredUnixS);
    for (const meter of silent)
      for (let copied: Copied | { unseen: number } = copiedBy(meter); 'unseen' in copied; ) {
        const { unseen } = copied;
        const read = await earlierDay(target, unseen);
        seen.set(unseen, read.day);
        proofs.set(unseen, read.proofs);
        copied = copiedBy(meter);
      }
    for (const at of daysLookedAt(silent, day, (one) => seen.get(one), anchoredUnixS)) {
      const proven = proofs.get(at);
      if (proven)
        files[earlierPath(dayToDate(at))] = encodeEarlierFile({
          chainId: target.chainId,
          day: at,
          proven: { height: target.height, ...proven },
          said: null,
        });
    }
  }
  return files;
}

async function earlierDay(target: Target, day: number) {
  const keys = [stateKeys.roster(day, false), stateKeys.proven(day, 1)];
  const [[ofRoster, { data: store }], [ofBook]] = await target.node.stateProofs(METER_STORE, keys, target.height);
  const disputes = await rangeOf(target, stateRanges.disputes(day));
  const proofs = { store, roster: ofRoster.data, proven: ofBook.data, disputes };
  const reader = new StateReader(proofs, target.appHash);
  return believed(target.node, `day ${day}`, () => {
    const roster = reader.one(stateKeys.roster(day, false), proofs.roster, readRoster);
    const disputed = new Set(reader.all(stateRanges.disputes(day), proofs.disputes, readDispute).map(({ meter }) => meter));
    const proven = reader.one(stateKeys.proven(day, 1), proofs.proven, readProven) !== null;
    return { proofs, day: roster && { commitments: commitmentsOf(roster.roster), disputed, frozenUnixS: roster.unixS, proven } };
  });
}
