/**
 * Drafting the book of a frozen day: one transaction from "frozen" to "drafted", with the private entries, the public text and the provers'
 * inputs. Everything it reads is final by then (roster, tariff, opened statements, disputes on the chain), so two nodes would book the same
 * readings.
 *
 * A lock per day and the state checked under it make closing a day twice, or twice at once, one book. What must happen first is said and
 * waited for: the day before, boxes not yet judged, disputes not yet on the chain (asked for through the outbox in the same transaction).
 */
import type { Genesis } from '../../../protocol/genesis/index.ts';
import type { Copied, EarlierDays } from '../../../protocol/index.ts';
import { COPY_WITHIN_DAYS, copiedDay, dayToDate, isVoid } from '../../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import { BooksError } from '../errors.ts';
import type { FrozenRoster } from '../intake/chain-view.ts';
import { genesisOf, rosterOf } from '../intake/chain-view.ts';
import { earlierDaysOf } from '../intake/earlier-days.ts';
import { lockNeighbours } from '../lock.ts';
import type { Reading } from './compose.ts';
import { composeDay } from './compose.ts';
import { type DraftResult, disputesFirst, draftFrozen, pricesInForce } from './frozen.ts';
import type { Builders } from './jobs.ts';
import { proofJobs } from './jobs.ts';
import type { Draws } from './randomness.ts';
import { csprng } from './randomness.ts';
import { linkBlindings, readCopiedDays, readMeterDays, undecided } from './readings.ts';
import { storeDay } from './save.ts';
import type { CopiedDay } from './sources.ts';
import { readingOf, sourceOf } from './sources.ts';

export interface DraftOptions {
  sql: Sql;
  day: number;
  builders: Builders;
  draws?: Draws;
}

/** Drafts version 1 of a frozen day. `unchanged`: it is not in state frozen. */
export async function draftDay({ sql, day, builders, draws = csprng }: DraftOptions): Promise<DraftResult> {
  const draft = async (tx: Tx, head: ChainHead) => {
    const gathered = await gather(tx, day, head, draws);
    if ('why' in gathered) return gathered;
    const { frozen, genesis, readings } = gathered;
    const { tariffId, tariff } = await pricesInForce(tx, day, head);
    const composed = composeDay(
      { chainId: head.chainId, day, tariff, tick: genesis.params.tick, rosterDigest: frozen.digest, keys: genesis.keyIds, readings },
      draws,
    );
    await storeDay(tx, composed, tariffId, proofJobs(composed, genesis.params.tick, builders));
    return { hash: composed.hash };
  };
  return draftFrozen(sql, day, draft, lockNeighbours);
}

async function gather(
  tx: Tx,
  day: number,
  head: ChainHead,
  draws: Draws,
): Promise<{ why: string } | { frozen: FrozenRoster; genesis: Genesis; readings: Reading[] }> {
  const [previous] = await tx<{ state: string }[]>`select state from books.day where day = ${day - 1} and version = 1`;
  if (previous?.state === 'frozen') return { why: 'the day before is not drafted yet' };
  const frozen = await rosterOf(tx, day, { upTo: head.height });
  if (!frozen) throw new BooksError('no-index', `day ${day} has no frozen roster in the index`);
  const genesis = await genesisOf(tx);
  const meterDays = await readMeterDays(tx, day, frozen, head.height);
  const open = undecided(meterDays, { head, frozen, genesis });
  if (open !== null) return { why: open };

  const sources = meterDays.map((meterDay) => sourceOf(meterDay));
  const disputes = sources.flatMap((entry, i) => ('dispute' in entry ? [{ meter: meterDays[i].meter, reason: entry.dispute }] : []));
  const disputing = await disputesFirst(tx, day, disputes);
  if (disputing) return disputing;

  const withoutOwn = meterDays.filter((_, i) => (sources[i] as { source: string }).source !== 'metered').map(({ meter }) => meter);
  const copied = await copiedDays(tx, day, withoutOwn, head);
  if ('why' in copied) return copied;
  const links = await linkBlindings(
    tx,
    day,
    meterDays.map(({ meter }) => meter),
    draws,
  );
  const readings = meterDays.map((meterDay, i) =>
    readingOf(meterDay, (sources[i] as { source: Reading['source'] }).source, {
      chainId: head.chainId,
      copied: copied.days.get(meterDay.meter) ?? null,
      u0: links.get(`${meterDay.meter}/${day}`)!,
      u1: links.get(`${meterDay.meter}/${day + 1}`)!,
      draws,
    }),
  );
  return { frozen, genesis, readings };
}

/** Chain time that a draft has to be proven and anchored in, before a day that it looked at is void. */
const ANCHORED_WITHIN_S = 7200;

/**
 * What the days of some meters copy, by the rule that the auditor has too: from rosters, disputes and what the chain has verified. A day
 * whose book is not anchored may still be disputed, and one that is about to be void may be so by the anchor of this book: so a copy waits
 * for each day that has to be looked at.
 */
async function copiedDays(
  tx: Tx,
  day: number,
  meters: readonly string[],
  head: ChainHead,
): Promise<{ why: string } | { days: Map<string, CopiedDay | null> }> {
  if (meters.length === 0) return { days: new Map() };
  const known = await earlierDaysOf(tx, { from: day - COPY_WITHIN_DAYS, to: day - 1, upTo: head.height, settled: true });
  const now = head.chainUnixS;
  const earlier: EarlierDays = (at) => {
    const found = known(at);
    return found && !isVoid(found, now) && isVoid(found, now + ANCHORED_WITHIN_S) ? undefined : found;
  };
  const copied = new Map<string, Copied>();
  for (const meter of meters) {
    const found = copiedDay(meter, day, earlier, now);
    if ('unseen' in found) {
      const date = dayToDate(found.unseen);
      return known(found.unseen) === undefined
        ? { why: `a copy waits for the anchor of ${date}: until then that day may be disputed` }
        : { why: `a copy waits for the proofs of ${date}, or the end of their time: until then that day may become void` };
    }
    copied.set(meter, found);
  }
  const days = await readCopiedDays(tx, copied);
  const closed = meters.find((meter) => !days.has(meter));
  return closed === undefined
    ? { days }
    : { why: `${closed} copies ${dayToDate(copied.get(closed)!.fromDay)}, and its statement of that day is not opened here` };
}
