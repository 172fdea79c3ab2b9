/** How far the played day is on the way to a settled week: with each community, on the main chain, in its settlement. */
import { periodsOf } from '../../../node/books/index.ts';
import { connect, databaseUrl, isRetryable } from '../../../node/db/index.ts';
import type { DataFolder } from '../../../node/processes/data-folder.ts';
import { sleep } from '../../../node/shared/wait.ts';
import { dayToDate } from '../../../protocol/values/time.ts';
import { CliError } from '../../errors.ts';
import type { Display } from '../display.ts';
import { dayOf } from './asked.ts';

const LOOK_MS = 500;

interface Followed {
  data: DataFolder;
  /** the day that is played */
  day: number;
  /** of the communities' services */
  communities: readonly string[];
  /** of the exchange node's */
  exchange: string;
  display: Display;
  signal: AbortSignal;
}

const isProven = (found: Awaited<ReturnType<typeof dayOf>>): boolean => found?.state === 'RELEASED' && found.provenHeight !== null;

/** How many of the communities' sums are settled. */
async function settled(data: DataFolder): Promise<number> {
  const sql = connect({ url: databaseUrl(data.secrets, 'books'), max: 1, application: 'electra up' });
  try {
    return (await periodsOf(sql)).filter(({ state }) => state === 'settled').length;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return 0;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Until the week is settled. @throws CliError where the day is void: the communities were later than the main chain waits */
export async function followWeek({ data, day, communities, exchange, display, signal }: Followed): Promise<void> {
  const date = dayToDate(day);
  const all = communities.length;
  try {
    for (; !signal.aborted; await sleep(LOOK_MS, signal)) {
      const proven = (await Promise.all(communities.map((url) => dayOf(url, date)))).filter(isProven).length;
      display.progress('communities’ days proven', proven, all);
      const found = await dayOf(exchange, date);
      display.progress('the day frozen between them', found ? 1 : 0, 1);
      if (found?.void)
        throw new CliError(
          `${date}: ${found.metered} of ${all} communities had stated it when the main chain froze it, so it is void: this machine was ` +
            `too busy. Stop what else it does, remove ${data.dir} and begin anew`,
        );
      display.progress('its book proven and released', isProven(found) ? 1 : 0, 1);
      const sums = isProven(found) ? await settled(data) : 0;
      display.progress('sums of the week settled', sums, all);
      if (sums >= all) return;
    }
  } finally {
    display.endProgress();
  }
}
