/**
 * The audit bundle of days as path → text: public data only, from released books, with the day before the first and its proofs for the
 * register links (an entry whose proof nobody verified is evidence for nothing), and the chain's own word: state proofs of every day
 * and the signed headers they lead to, as the index took them. Before the release only the
 * node itself may see one, for its own audit; nothing is anchored yet then, so there is nothing to prove.
 */
import { dayPath, daysToShow, dayToDate, LIGHT_PATH, LOG_PATH } from '../../../protocol/index.ts';
import type { Sql } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import { BooksError } from '../errors.ts';
import { anchorsShown, hasNews, logEntriesOf, provenDays, unverified } from '../intake/chain-proofs.ts';
import type { Db } from '../intake/chain-view.ts';
import { anyGenesisOf, isSharedChain } from '../intake/chain-view.ts';
import { type BundleFiles, common, dayFiles, logFile, stateFile } from './day-files.ts';
import { draftEarlierFiles, earlierFiles } from './earlier-files.ts';
import { lightFile } from './light-file.ts';
import { sharedBundle } from './shared-bundle.ts';
import { daysOfEndedRuns, type OpenRun, withWholeRuns } from './whole-runs.ts';

export type { BundleFiles };

/** What an earlier audit has seen: a bundle for whoever goes on from it shows again what the chain's log names since. */
export interface Seen {
  firstDay: number;
  lastDay: number;
  /** number of the log's first entry that it has not seen */
  nextSeq: number;
  /** days that it left open, to be shown again whatever the log says */
  open: readonly number[];
  /** runs that it left open, to be shown again once they have an end */
  runs: readonly OpenRun[];
}

/**
 * The bundle of released days, in one view of the database, or null when a day of them is not released or not yet proven by the index, or
 * when it would show more than `most` days.
 */
export async function bundleOfDays(
  sql: Sql,
  days: readonly number[],
  since: Seen | null = null,
  most = Number.POSITIVE_INFINITY,
): Promise<BundleFiles | null> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    if (await isSharedChain(tx)) return days.length > most ? null : sharedBundle(tx, days);
    const again = since ? await daysAgain(tx, since) : [];
    const wanted = days.length === 0 ? new Set<number>() : await withWholeRuns(tx, new Set([...days, ...again]));
    if (wanted.size === 0 || wanted.size > most || !(await areReady(tx, [...wanted]))) return null;
    const files: BundleFiles = {};
    const heights: number[] = [];
    const shown: number[] = [];
    const last = Math.max(...wanted);
    for (const at of [...new Set([...wanted].flatMap((day) => [day - 1, day]))].sort((a, b) => a - b)) {
      const proven = await stateFile(tx, at, { isLast: at === last });
      const own = proven && (await dayFiles(tx, at, { height: proven.height, stage: 'released', withProofs: true }));
      if (!own || Object.keys(own).length === 0) continue; // a day before the first has no book, or it was never released
      Object.assign(files, own, { [dayPath(dayToDate(at), 'state')]: proven.text });
      heights.push(proven.height + 1);
      shown.push(at);
    }
    const head = (await chainHead(tx))!;
    const earlier = await earlierFiles(tx, shown, { chainId: head.chainId, upTo: head.height, nowUnixS: head.chainUnixS });
    const log = await logFile(tx, shown, since);
    if (!earlier || !log) return null;
    Object.assign(files, await common(tx, log.height));
    const headers = [...new Set([...heights, ...earlier.headers, log.height + 1])];
    Object.assign(files, earlier.files, { [LOG_PATH]: log.text, [LIGHT_PATH]: await lightFile(tx, headers) });
    return files;
  }) as Promise<BundleFiles | null>;
}

/** Days of an earlier audit that are to be shown again. */
async function daysAgain(sql: Db, since: Seen): Promise<number[]> {
  const named = [...daysToShow(await logEntriesOf(sql, since.nextSeq), since).keys()];
  const head = await chainHead(sql);
  const ofRuns = await daysOfEndedRuns(sql, since.runs, head?.height ?? 0);
  return [...named, ...since.open, ...ofRuns.filter((day) => day <= since.lastDay)];
}

/**
 * Whether days can be shown: released, proven by the index, and the one to the other. A book that was anchored after a day's proofs were
 * taken is not in them yet; one that they show, of the day or of the day before it, may not be missing from the files, as a correction
 * would that is about to be released.
 */
async function areReady(sql: Db, days: readonly number[]): Promise<boolean> {
  const shownDays = [...new Set(days.flatMap((day) => [day - 1, day]))];
  const proven = await provenDays(sql, days);
  const shown = await anchorsShown(sql, shownDays);
  const released = await sql<{ day: number; version: number; anchor_height: number }[]>`
    select day, version, anchor_height from books.day where state = 'released' and day = any(${shownDays})`;
  const books = new Map(released.map((row) => [`${row.day}/${row.version}`, row.anchor_height]));
  return (
    !(await hasNews(sql, shownDays)) &&
    days.every((day) => proven.has(day) && books.has(`${day}/1`)) &&
    released.every(({ day, anchor_height: height }) => !proven.has(day) || height <= proven.get(day)!) &&
    shown.every(({ day, version }) => books.has(`${day}/${version}`)) &&
    (await areVerified(sql, shown))
  );
}

/**
 * Whether the state proofs show that the chain has verified the books that they show as anchored. One that is overdue is not waited for:
 * what is wrong with it is for the audit to say.
 */
async function areVerified(sql: Db, shown: readonly { day: number; version: number }[]): Promise<boolean> {
  const head = (await chainHead(sql))!;
  const { params } = await anyGenesisOf(sql);
  const dueUnixS = head.chainUnixS - params.anchorDueS;
  const waiting = await unverified(sql, [...new Set(shown.map(({ day }) => day))]);
  return !waiting.some(
    ({ day, version, sinceUnixS }) => sinceUnixS >= dueUnixS && shown.some((one) => one.day === day && one.version === version),
  );
}

/** Released days of those asked for, as the longest stretches without a gap; `ready`: there is a bundle of the stretch just now. */
export async function stretchesOf(sql: Sql, days: readonly number[]): Promise<{ from: number; to: number; ready: boolean }[]> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const rows = await tx<{ day: number }[]>`
      select day from books.day where version = 1 and state = 'released' and day = any(${[...days]}) order by day`;
    const stretches: { from: number; to: number; ready: boolean }[] = [];
    for (const { day } of rows) {
      const last = stretches.at(-1);
      if (last?.to === day - 1) last.to = day;
      else stretches.push({ from: day, to: day, ready: false });
    }
    for (const one of stretches) {
      const own = Array.from({ length: one.to - one.from + 1 }, (_, i) => one.from + i);
      one.ready = await areReady(tx, [...(await withWholeRuns(tx, new Set(own)))]);
    }
    return stretches;
  }) as Promise<{ from: number; to: number; ready: boolean }[]>;
}

/** The bundle of one day that may still be a draft: for the node's audit of itself, before it anchors. */
export async function draftBundle(sql: Db, day: number): Promise<BundleFiles> {
  const head = await chainHead(sql);
  if (!head) throw new BooksError('no-index', 'the index is empty');
  const files = await common(sql, head.height);
  if (await isSharedChain(sql))
    return { ...files, ...(await dayFiles(sql, day, { height: head.height, stage: 'draft', withProofs: true })) };
  for (const [at, withProofs] of [
    [day - 1, false],
    [day, true],
  ] as const)
    Object.assign(files, await dayFiles(sql, at, { height: head.height, stage: 'draft', withProofs }));
  Object.assign(files, await draftEarlierFiles(sql, [day], { chainId: head.chainId, upTo: head.height, nowUnixS: head.chainUnixS }));
  return files;
}
