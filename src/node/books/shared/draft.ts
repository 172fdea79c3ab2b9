/**
 * Drafting the book of a frozen day of communities (docs/exchange.md): one transaction from "frozen" to "drafted", as ../draft/draft.ts
 * does it for a community's own day. Here nothing is copied, corrected or linked, so that no day waits for another: who stated nothing that
 * opens is absent. A commitment whose box does not open is disputed first, and the draft waits until the chain says so.
 */
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import { LEAST_METERED, overTariff } from '../../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import type { Reading } from '../draft/compose.ts';
import type { Draws } from '../draft/randomness.ts';
import { csprng } from '../draft/randomness.ts';
import { readMeterDays, undecided } from '../draft/readings.ts';
import { storeDay } from '../draft/save.ts';
import { type MeterDay, unopenedFault } from '../draft/sources.ts';
import { BooksError } from '../errors.ts';
import { type FrozenRoster, rosterOf, sharedGenesisOf, slotPricesOf, tariffOf } from '../intake/chain-view.ts';
import { lockDay } from '../lock.ts';
import { askDispute } from '../outbox.ts';
import { composeSharedDay } from './compose.ts';
import { type SharedBuilders, sharedProofJobs } from './jobs.ts';

export interface SharedDraftOptions {
  sql: Sql;
  day: number;
  builders: SharedBuilders;
  draws?: Draws;
}
export type SharedDraftResult = { state: 'drafted'; hash: string } | { state: 'waiting'; why: string } | { state: 'unchanged' };

/** Drafts the book of a frozen day. `unchanged`: it is not in state frozen, or was void at its freeze. */
export async function draftSharedDay({ sql, day, builders, draws = csprng }: SharedDraftOptions): Promise<SharedDraftResult> {
  return sql.begin(async (tx) => {
    await lockDay(tx, day);
    const [row] = await tx<{ state: string; blocked_by: string | null }[]>`
      select state, blocked_by from books.day where day = ${day} and version = 1`;
    if (row?.state !== 'frozen' || row.blocked_by !== null) return { state: 'unchanged' } as const;
    const head = (await chainHead(tx))!;
    const gathered = await gather(tx, day, head, draws);
    if ('why' in gathered) {
      await tx`
        update books.day set waiting = ${gathered.why}, updated_at = now()
        where day = ${day} and version = 1 and waiting is distinct from ${gathered.why}`;
      return { state: 'waiting', why: gathered.why } as const;
    }
    const { frozen, genesis, readings, absent } = gathered;
    const set = await tariffOf(tx, day, head.height);
    const tariff = overTariff(set, day, await slotPricesOf(tx, day, head.height));
    const { tick } = genesis.params;
    const composed = composeSharedDay(
      { chainId: head.chainId, day, tariff, tick, rosterDigest: frozen.digest, keys: genesis.keyIds, readings, absent },
      draws,
    );
    await storeDay(tx, composed, set.id, sharedProofJobs(composed, tick, builders));
    return { state: 'drafted', hash: composed.hash } as const;
  }) as Promise<SharedDraftResult>;
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
  for (const { meter, reason } of disputes) await askDispute(tx, { meter, day, reason });
  if (disputes.length > 0) return { why: `${disputes.length} dispute(s) not on the chain yet` };

  const isMetered = ({ rostered, disputed }: MeterDay): boolean => rostered !== null && !disputed;
  const metered = meterDays.filter(isMetered);
  if (metered.length < LEAST_METERED)
    return { why: `disputes leave ${metered.length} metered: there is nobody to share with, and the day is void 14 days after its freeze` };
  return {
    ...{ frozen, genesis },
    readings: metered.map((meterDay) => readingOf(meterDay, draws)),
    absent: meterDays.filter((meterDay) => !isMetered(meterDay)).map(({ meter }) => meter),
  };
}

/** A community's own statement, with blindings of its registers that no other day has. */
function readingOf({ meter, member, day, rostered, statement }: MeterDay, draws: Draws): Reading {
  const { importStartWh, exportStartWh, importWh, exportWh, blinding } = statement!;
  return {
    ...{ meter, member, source: 'metered', importStartWh, exportStartWh, importWh, exportWh, blinding, C: rostered! },
    ...{ u0: draws.linkBlindingOf(meter, day), u1: draws.linkBlindingOf(meter, day + 1), copy: null },
  };
}
