/** What whoever is signed in wants to be told of, and the news of it. They go to pages that ask, and nowhere else. */
import { dateOfUnixS, readHead } from '../chain-head.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { LIMITS } from '../limits.ts';
import { readOperatedMeters } from '../rows/board.ts';
import { readOwnMeters } from '../rows/chain.ts';
import { type NewsRow, readNews, readWish, seeUntil, writeWish } from '../rows/notices.ts';
import { readLastReports } from '../rows/readings.ts';
import { silentSince } from '../silence.ts';

export const noticesWanted = async (context: Context): Promise<string[]> =>
  (await readWish(context.tx, viewerOf(context).address))?.kinds ?? [];

/** Meters of one's own, and the operator's all, each with the slot of its newest report. */
async function metersHeard(context: Context) {
  const { address, roles } = viewerOf(context);
  const first = { after: null, limit: LIMITS.metersListenedTo };
  if (roles.includes('OPERATOR')) return readOperatedMeters(context.tx, first);
  const own = await readOwnMeters(context.tx, address, first);
  const ids = own.map(({ id }) => id);
  const reports = new Map((await readLastReports(context.tx, address, ids)).map(({ meter, slot }) => [meter, slot]));
  return own.map((meter) => ({ ...meter, slot: reports.get(meter.id) ?? null }));
}

async function silentMeters(context: Context): Promise<NewsRow[]> {
  const head = await readHead(context.tx, context.service.now());
  if (!head) return [];
  const found = (await metersHeard(context)).flatMap((meter) => {
    const since = silentSince(meter, head.chainUnixS);
    return since === null ? [] : [{ kind: 'SILENT', at: dateOfUnixS(since), meter: meter.id, day: null, month: null }];
  });
  return found.sort((a, b) => b.at.getTime() - a.at.getTime());
}

export async function news(context: Context): Promise<NewsRow[]> {
  const { address } = viewerOf(context);
  const wish = await readWish(context.tx, address);
  if (!wish) return [];
  const silent = wish.kinds.includes('SILENT') ? await silentMeters(context) : [];
  const { newsDays: days, newsShown: limit } = LIMITS;
  return [...silent, ...(await readNews(context.tx, address, { ...wish, days, limit }))].slice(0, limit);
}

export async function chooseNotices(_: unknown, { kinds }: { kinds: readonly string[] }, context: Context): Promise<string[]> {
  const chosen = [...new Set(kinds)];
  await writeWish(context.tx, viewerOf(context).address, chosen);
  return chosen;
}

export const seeNews = (_: unknown, { until }: { until: Date }, context: Context): Promise<boolean> =>
  seeUntil(context.tx, viewerOf(context).address, until);
