/**
 * Drafting the book of a frozen day of communities (docs/exchange.md): as ../draft/draft.ts does it for a community's own day. Here
 * nothing is copied, corrected or linked, so that no day waits for another: who stated nothing that opens is absent. A commitment whose
 * box does not open is disputed first, and the draft waits until the chain says so.
 */
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import { LEAST_METERED } from '../../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import type { Reading } from '../draft/compose.ts';
import { type DraftResult, disputesFirst, draftFrozen, pricesInForce } from '../draft/frozen.ts';
import type { Draws } from '../draft/randomness.ts';
import { csprng } from '../draft/randomness.ts';
import { readMeterDays, undecided } from '../draft/readings.ts';
import { storeDay } from '../draft/save.ts';
import { type MeterDay, readingOf, unopenedFault } from '../draft/sources.ts';
import { BooksError } from '../errors.ts';
import { type FrozenRoster, rosterOf, sharedGenesisOf } from '../intake/chain-view.ts';
import { composeSharedDay } from './compose.ts';
import { type SharedBuilders, sharedProofJobs } from './jobs.ts';

export interface SharedDraftOptions {
  sql: Sql;
  day: number;
  builders: SharedBuilders;
  draws?: Draws;
}

/** Drafts the book of a frozen day. `unchanged`: it is not in state frozen, or was void at its freeze. */
export async function draftSharedDay({ sql, day, builders, draws = csprng }: SharedDraftOptions): Promise<DraftResult> {
  return draftFrozen(sql, day, async (tx, head) => {
    const gathered = await gather(tx, day, head, draws);
    if ('why' in gathered) return gathered;
    const { frozen, genesis, readings, absent } = gathered;
    const { tariffId, tariff } = await pricesInForce(tx, day, head);
    const { tick } = genesis.params;
    const composed = composeSharedDay(
      { chainId: head.chainId, day, tariff, tick, rosterDigest: frozen.digest, keys: genesis.keyIds, readings, absent },
      draws,
    );
    await storeDay(tx, composed, tariffId, sharedProofJobs(composed, tick, builders));
    return { hash: composed.hash };
  });
}

interface Gathered {
  frozen: FrozenRoster;
  genesis: SharedGenesis;
  readings: Reading[];
  absent: string[];
}

async function gather(tx: Tx, day: number, head: ChainHead, draws: Draws): Promise<{ why: string } | Gathered> {
  const frozen = await rosterOf(tx, day, { upTo: head.height });
  if (!frozen) throw new BooksError('no-index', `day ${day} has no frozen roster in the index`);
  const genesis = await sharedGenesisOf(tx);
  const meterDays = await readMeterDays(tx, day, frozen, head.height);
  const open = undecided(meterDays, { head, frozen, genesis });
  if (open !== null) return { why: open };

  const disputes = meterDays.flatMap((meterDay) => {
    const reason = meterDay.rostered === null || meterDay.disputed ? null : unopenedFault(meterDay);
    return reason === null ? [] : [{ meter: meterDay.meter, reason }];
  });
  const disputing = await disputesFirst(tx, day, disputes);
  if (disputing) return disputing;

  const isMetered = ({ rostered, disputed }: MeterDay): boolean => rostered !== null && !disputed;
  const metered = meterDays.filter(isMetered);
  if (metered.length < LEAST_METERED)
    return { why: `disputes leave ${metered.length} metered: there is nobody to share with, and the day is void 14 days after its freeze` };
  return {
    ...{ frozen, genesis },
    // Registers begin anew each day: blindings of them that no other day has.
    readings: metered.map((meterDay) => {
      const [u0, u1] = [draws.linkBlindingOf(meterDay.meter, day), draws.linkBlindingOf(meterDay.meter, day + 1)];
      return readingOf(meterDay, 'metered', { chainId: head.chainId, copied: null, u0, u1, draws });
    }),
    absent: meterDays.filter((meterDay) => !isMetered(meterDay)).map(({ meter }) => meter),
  };
}
