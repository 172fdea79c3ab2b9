/** How far the played day is on the way to a settled week: with each community, on the main chain, in its settlement. */
import { periodsOf } from '../../../node/books/index.ts';
import { replayProgress } from '../../../node/books/overview.ts';
import { connect, databaseUrl, isRetryable, type Sql } from '../../../node/db/index.ts';
import type { DataFolder } from '../../../node/processes/data-folder.ts';
import { sleep } from '../../../node/shared/wait.ts';
import { dayToDate } from '../../../protocol/index.ts';
import { CliError } from '../../errors.ts';
import type { Display } from '../display.ts';
import { dayOf } from './asked.ts';

const LOOK_MS = 500;
/** Where there is no terminal each step is a line. */
const WAIT_STEP_S = 15;

interface Followed {
  data: DataFolder;
  /** the day that is played */
  day: number;
  /** until then the main chain takes statements of it */
  freezesUnixS: number;
  /** seconds, from its genesis on, until then */
  graceS: number;
  /** of the communities' services */
  communities: readonly string[];
  /** of the exchange node's */
  exchange: string;
  display: Display;
  signal: AbortSignal;
}

const isProven = (found: Awaited<ReturnType<typeof dayOf>>): boolean => found?.state === 'RELEASED' && found.provenHeight !== null;

/** What the exchange node's own index and books have of the day. */
async function between(sql: Sql, day: number): Promise<{ stated: number; settled: number } | null> {
  try {
    const { statements } = await replayProgress(sql, day, day);
    return { stated: statements, settled: (await periodsOf(sql)).filter(({ state }) => state === 'settled').length };
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return null;
  }
}

const clockTime = (unixS: number): string => new Date(unixS * 1000).toISOString().slice(11, 19);

/** Until the week is settled. @throws CliError where the day is void: the communities were later than the main chain waits */
export async function followWeek(followed: Followed): Promise<void> {
  const { data, day, freezesUnixS, display } = followed;
  display.say(`  ${dayToDate(day)} is played; the six days before are void, for nobody has stated them`);
  if (freezesUnixS > Date.now() / 1000)
    display.say(
      `  The main chain waits until ${clockTime(freezesUnixS)} UTC for what the communities state of it (in production: sixty hours)`,
    );
  const sql = connect({ url: databaseUrl(data.secrets, 'books'), max: 1, application: 'electra up' });
  try {
    await untilSettled(followed, sql);
  } finally {
    display.endProgress();
    await sql.end({ timeout: 1 });
  }
}

/** Shows that time goes by: nothing else does while the main chain waits. */
function showWait({ freezesUnixS, graceS, display }: Followed, isOver: boolean): void {
  const waitedS = graceS - (freezesUnixS - Date.now() / 1000);
  const shownS = isOver || waitedS >= graceS ? graceS : Math.floor(waitedS / WAIT_STEP_S) * WAIT_STEP_S;
  display.progress('seconds that it waits', shownS, graceS);
}

async function untilSettled(followed: Followed, sql: Sql): Promise<void> {
  const { data, day, communities, exchange, display, signal } = followed;
  const date = dayToDate(day);
  const all = communities.length;
  for (; !signal.aborted; await sleep(LOOK_MS, signal)) {
    const proven = (await Promise.all(communities.map((url) => dayOf(url, date)))).filter(isProven).length;
    const found = await dayOf(exchange, date);
    const { stated, settled } = (await between(sql, day)) ?? { stated: 0, settled: 0 };
    display.progress('communities’ days proven', proven, all);
    display.progress('stated on the main chain', stated, all);
    showWait(followed, found !== null);
    display.progress('the day frozen between them', found ? 1 : 0, 1);
    if (found?.void)
      throw new CliError(
        `${date}: ${found.metered} of ${all} communities had stated it when the main chain froze it, so it is void: this machine was ` +
          `too busy, or this was stopped meanwhile. Stop what else it does, remove ${data.dir} and begin anew, ` +
          'by `--freeze-after` with more seconds if it is slow',
      );
    display.progress('its book proven and released', isProven(found) ? 1 : 0, 1);
    display.progress('sums of the week settled', isProven(found) ? settled : 0, all);
    if (isProven(found) && settled >= all) return;
  }
}
