/**
 * A dispute by the operator's hand. The node disputes by itself what it cannot open; a person may know more: a meter that is broken and
 * signs nonsense. The chain takes a dispute until the book that bills the commitment is anchored (protocol §9.4), and a book that says
 * *metered* of a meter that the chain disputes passes no audit: so between the node's own audit, after which nothing is taken back, and the
 * anchor a dispute would be a day that nobody can bill. It is refused then; before, the draft is taken back with it.
 *
 * The day stays locked until the index shows the dispute, or the pipeline would draft the day without it again.
 */

import { dayToDate } from '../../../protocol/index.ts';
import type { Sql, Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import { sleep } from '../../shared/wait.ts';
import { BooksError } from '../errors.ts';
import { disputedDays } from '../intake/chain-view.ts';
import { lockDay } from '../lock.ts';
import { isOpen, takeBackDay } from './redraft.ts';

const INDEX_MS = 30_000;
const POLL_MS = 200;

export interface HandDispute {
  meter: string;
  day: number;
}

/** Sends a dispute when it can no longer contradict a book. @returns what `send` did, and the days whose drafts were taken back */
export async function disputeByHand<T>(
  sql: Sql,
  { meter, day }: HandDispute,
  send: () => Promise<T>,
): Promise<{ sent: T; takenBack: number[] }> {
  return sql.begin(async (tx) => {
    await lockDay(tx, day);
    const [newest] = await tx<
      { version: number; state: string }[]
    >`select version, state from books.day where day = ${day} order by version desc limit 1`;
    if (newest && newest.state !== 'released' && !isOpen(newest.state))
      throw new BooksError(
        'not-disputable',
        `version ${newest.version} of the book of ${dayToDate(day)} has passed the node's own audit and is on its way to the chain: ` +
          'it can no longer be taken back, and a dispute now would contradict it',
      );
    const takenBack = newest && newest.state !== 'released' ? await takeBackDay(tx, day) : [];
    const sent = await send(); // refused by the chain: nothing was taken back
    for (const endMs = Date.now() + INDEX_MS; !(await isIndexed(tx, meter, day)) && Date.now() < endMs; ) await sleep(POLL_MS);
    return { sent, takenBack };
  }) as Promise<{ sent: T; takenBack: number[] }>;
}

async function isIndexed(tx: Tx, meter: string, day: number): Promise<boolean> {
  const height = (await chainHead(tx))?.height ?? 0;
  const rows = await tx`select from ${disputedDays(tx, height)} d where meter = ${meter} and day = ${day}`;
  return rows.length > 0;
}
