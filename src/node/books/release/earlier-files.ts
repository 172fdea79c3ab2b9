/**
 * `earlier/` of a bundle: the days before it that its copies were chosen from (protocol §9.2). Which these are follows from rosters and
 * disputes; their proofs are those that the index keeps of each day anyway, so an export asks nobody. Mostly that is one day, a week back,
 * for every day with a substitute: some 7 KB for a hundred meters, and 28 such only where a meter has been silent for four weeks.
 */
import {
  COPY_WITHIN_DAYS,
  daysLookedAt,
  dayToDate,
  earlierPath,
  encodeEarlierFile,
  notMetered,
  parseStateFile,
} from '../../../protocol/index.ts';
import { stateProofsOf } from '../intake/chain-proofs.ts';
import type { Db } from '../intake/chain-view.ts';
import { anchorsOf, disputesOf, rosterOf } from '../intake/chain-view.ts';
import { earlierDaysOf, earlierSaid } from '../intake/earlier-days.ts';

interface View {
  chainId: string;
  /** the block as of which the index is asked, and its chain time, which stands for the anchors that are not there yet */
  upTo: number;
  nowUnixS: number;
}

/** Days outside the bundle that copies of its days were chosen from, rising. */
async function lookedAt(
  sql: Db,
  days: readonly number[],
  { upTo, nowUnixS }: Omit<View, 'chainId'>,
): Promise<{ day: number; by: number[] }[]> {
  const looked = new Map<number, number[]>();
  const silent = new Map<number, string[]>();
  for (const day of days) {
    const frozen = await rosterOf(sql, day, { upTo });
    const disputed = new Set((await disputesOf(sql, day, upTo)).map(({ meter }) => meter));
    const meters = notMetered(frozen?.roster.meters ?? [], disputed);
    if (meters.length > 0) silent.set(day, meters);
  }
  if (silent.size === 0) return [];
  const [from, to] = [Math.min(...silent.keys()) - COPY_WITHIN_DAYS, Math.max(...silent.keys()) - 1];
  const earlier = await earlierDaysOf(sql, { from, to, upTo, settled: false });
  for (const [day, meters] of silent) {
    const anchoredUnixS = (await anchorsOf(sql, day, upTo))[0]?.unixS ?? nowUnixS;
    for (const at of daysLookedAt(meters, day, earlier, anchoredUnixS))
      if (!days.includes(at)) looked.set(at, [...(looked.get(at) ?? []), day]);
  }
  return [...looked].map(([day, by]) => ({ day, by })).sort((a, b) => a.day - b.day);
}

/**
 * The files with their proofs, and the headers that these lead to; null where the index has not taken them yet since the books that look at
 * them were anchored.
 */
export async function earlierFiles(
  sql: Db,
  days: readonly number[],
  { chainId, ...view }: View,
): Promise<{ files: Record<string, string>; headers: number[] } | null> {
  const files: Record<string, string> = {};
  const headers: number[] = [];
  for (const { day, by } of await lookedAt(sql, days, view)) {
    const kept = await stateProofsOf(sql, day);
    const anchors = await Promise.all(by.map(async (one) => (await anchorsOf(sql, one, view.upTo))[0]?.height ?? 0));
    if (!kept || kept.height < Math.max(...anchors)) return null;
    const { height, store, roster, proven, disputes } = parseStateFile(kept.state);
    // The first step of the walk over a day's proven books is about the key of version 1, there or absent.
    const proof = { height, store, roster, proven: proven[0], disputes };
    files[earlierPath(dayToDate(day))] = encodeEarlierFile({ chainId, day, proven: proof, said: null });
    headers.push(height + 1);
  }
  return { files, headers };
}

/** The same for a draft, as the index has it: nothing of it is proven yet. */
export async function draftEarlierFiles(sql: Db, days: readonly number[], { chainId, ...view }: View): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const { day } of await lookedAt(sql, days, view))
    files[earlierPath(dayToDate(day))] = encodeEarlierFile({ chainId, day, proven: null, said: await earlierSaid(sql, day, view.upTo) });
  return files;
}
