/**
 * What a community has on the main chain, read from its proven state, and its journal in the community's ledger.
 *
 * What the community has there is balance + escrow + claims not yet paid − debts. The ledger's account `treasury` follows it: a settled
 * period moves it against `fund`, by `settlement:<chain>:<first day>`; top-ups and payouts of members against their balances (moves.ts);
 * whatever else came or went (of strangers, with a treasury that was replaced) lies in `suspense` until it is known whose it is, by
 * `treasury:<chain>:<height>`. So after each journal `treasury` is what the chain shows, to the unit.
 */
import { dayOf, received } from '../../protocol/index.ts';
import type { MainState } from '../../reader/light/index.ts';
import { lockBalances, move, TRANSIT } from '../books/money/balance.ts';
import type { Sql } from '../db/index.ts';
import type { ProvenMain } from '../indexer/index.ts';
import { settlementJournal, treasuryPrefix } from './journals.ts';
import { endReplaced, noteLeft, postMoves } from './moves.ts';
import { isNext, noteBehind, noteRead, type Reading } from './reading.ts';

export interface Treasury {
  balanceNel: bigint;
  escrowNel: bigint;
  /** of claims: what pools have not paid yet */
  claimsNel: bigint;
  /** of debts: what is not paid yet */
  debtsNel: bigint;
  /** balance + escrow + claims − debts */
  totalNel: bigint;
  /** periods whose pool has executed, oldest first: what the community owes (negative: is owed) */
  settled: { fromDay: number; amountNel: bigint }[];
  /** entries that wait for their pool */
  waiting: { fromDay: number; amountNel: bigint }[];
  /** a claim that came too late is void: it is never paid */
  voidClaims: number[];
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);

/** What pools still have to give an uplink of its claims. */
function claimsLeft({ claims, pools }: MainState['settlement'], uplink: string): bigint {
  const byPool = Map.groupBy(claims, ({ pool }) => pool);
  const left = pools.map(({ number, paidNel }) => {
    const claimsNel = new Map((byPool.get(number) ?? []).map((claim) => [claim.uplink, claim.amountNel]));
    return (claimsNel.get(uplink) ?? 0n) - received({ claimsNel, paidNel, leftNel: new Map() }, uplink);
  });
  return sum(left);
}

/** What of the main chain's state a treasury is made of. */
export interface TreasuryFacts extends Pick<Treasury, 'balanceNel' | 'escrowNel' | 'claimsNel' | 'debtsNel'> {
  /** of the uplink; pool 0: not executed with others */
  entries: readonly { fromDay: number; amountNel: bigint; pool: bigint }[];
  /** first days of periods whose pool has executed */
  executed: ReadonlySet<number>;
}

export function treasuryFrom({ entries, executed, ...amounts }: TreasuryFacts): Treasury {
  const own = [...entries].sort((a, b) => a.fromDay - b.fromDay);
  const voided = (entry: (typeof own)[number]): boolean => entry.amountNel < 0n && entry.pool === 0n && executed.has(entry.fromDay);
  const plain = (some: typeof own) => some.map(({ fromDay, amountNel }) => ({ fromDay, amountNel }));
  const { balanceNel, escrowNel, claimsNel, debtsNel } = amounts;
  return {
    ...{ balanceNel, escrowNel, claimsNel, debtsNel, totalNel: balanceNel + escrowNel + claimsNel - debtsNel },
    settled: plain(own.filter(({ pool }) => pool !== 0n)),
    waiting: plain(own.filter((entry) => entry.pool === 0n && !voided(entry))),
    voidClaims: own.filter(voided).map(({ fromDay }) => fromDay),
  };
}

/** The same of a state that was proven just now. */
export function treasuryOf({ bank, settlement }: MainState, { uplink, treasury }: { uplink: string; treasury: string }): Treasury {
  return treasuryFrom({
    balanceNel: bank.balancesNel.get(treasury) ?? 0n,
    escrowNel: settlement.escrowsNel.get(uplink) ?? 0n,
    claimsNel: claimsLeft(settlement, uplink),
    debtsNel: sum(settlement.debts.filter((debt) => debt.uplink === uplink).map(({ leftNel }) => leftNel)),
    entries: settlement.entries.filter((entry) => entry.uplink === uplink),
    executed: new Set(settlement.periods.filter(({ executedUnixS }) => executedUnixS > 0n).map(({ fromDay }) => fromDay)),
  });
}

/** Whom settlement pays for an uplink, as a state that was proven just now has it; undefined: the uplink is not enrolled. */
export const treasuryIn = ({ meters }: MainState, uplink: string): string | undefined =>
  meters.find(({ meter }) => meter === uplink)?.member;

const TREASURY = 'treasury';

export interface PostOptions extends Pick<ProvenMain, 'height' | 'chainUnixS'> {
  mainChainId: string;
  /** in force at that height */
  treasury: string;
  /** that were in force and are so no more, as of that height, or none */
  ended?: readonly string[];
  /** of moves up to that height; left out: none is posted */
  reading?: Reading;
}

/**
 * Posts what is not posted yet, in one transaction: moves that are known whose they are, payouts that a replaced treasury pays no more,
 * settled periods, and what is left. Returns how many journals.
 */
export async function postTreasury(sql: Sql, found: Treasury, options: PostOptions): Promise<number> {
  const { height, mainChainId, ended = [], reading } = options;
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('electra.books.treasury'))`;
    await lockBalances(tx);
    if (reading && !(await isNext(tx, reading, mainChainId))) return 0; // another process was faster: the next round reads on
    const [{ newest, again }] = await tx<{ newest: number; again: number }[]>`
      select coalesce(max(split_part(journal, ':', 3)::int8), -1)::int4 as newest,
        count(distinct journal) filter (where split_part(journal, ':', 3) = ${String(height)})::int4 as again
      from books.posting where starts_with(journal, ${treasuryPrefix(mainChainId)})`;
    // an older block than what is posted already, or an index that is made anew since: what it has not shown yet may be paid all the same
    if (newest > height || (reading && reading.height < height)) {
      if (reading) await noteBehind(tx, reading, mainChainId);
      return 0;
    }
    const day = dayOf(options.chainUnixS);
    let posted = reading ? await postMoves(tx, reading, mainChainId) : 0;
    posted += await endReplaced(tx, { ...options, ended, day });
    if (reading) await noteRead(tx, reading, mainChainId);
    await noteLeft(tx, mainChainId);
    for (const { fromDay, amountNel } of found.settled)
      posted += await move(tx, {
        ...{ journal: settlementJournal(mainChainId, fromDay), day: fromDay },
        ...{ from: TREASURY, to: 'fund', amountNel },
      });
    const [{ sum: had }] = await tx<{ sum: string }[]>`
      select coalesce(sum(amount_nel), 0)::text as sum from books.posting where account = ${TREASURY}`;
    const elsewhere = BigInt(had) - found.totalNel;
    // of the same block again where an account was linked meanwhile: its top-ups leave suspense
    const journal = `${treasuryPrefix(mainChainId)}${height}${again > 0 ? `:${again}` : ''}`;
    posted += await move(tx, { journal, day, from: TREASURY, to: 'suspense', amountNel: elsewhere });
    return posted;
  }) as Promise<number>;
}

export interface LedgerSums {
  treasuryNel: bigint;
  suspenseNel: bigint;
  /** what settled periods have brought the fund (negative: cost it) */
  gainNel: bigint;
  /** what members have, all together */
  balancesNel: bigint;
  /** taken off balances, and not seen paid yet */
  transitNel: bigint;
}

export async function ledgerOf(sql: Sql): Promise<LedgerSums> {
  const [row] = await sql<Record<'treasury' | 'suspense' | 'gain' | 'balances' | 'transit', string>[]>`
    select coalesce(sum(amount_nel) filter (where account = ${TREASURY}), 0)::text as treasury,
      coalesce(sum(amount_nel) filter (where account = 'suspense'), 0)::text as suspense,
      coalesce(-sum(amount_nel) filter (where account = 'fund' and journal like 'settlement:%'), 0)::text as gain,
      coalesce(-sum(amount_nel) filter (where account like 'balance:%'), 0)::text as balances,
      coalesce(-sum(amount_nel) filter (where account = ${TRANSIT}), 0)::text as transit
    from books.posting`;
  return {
    ...{ treasuryNel: BigInt(row.treasury), suspenseNel: BigInt(row.suspense), gainNel: BigInt(row.gain) },
    ...{ balancesNel: BigInt(row.balances), transitNel: BigInt(row.transit) },
  };
}

/** What the treasury lacks to pay members out, as a sentence; null: it has enough. Bills that outsiders have not paid yet are not in it. */
export function shortOf({ treasuryNel, balancesNel, transitNel }: Omit<LedgerSums, 'suspenseNel' | 'gainNel'>): string | null {
  const theirs = balancesNel + transitNel;
  if (theirs <= treasuryNel) return null;
  return `members have ${theirs} nELECTRA with the community, whose treasury has ${treasuryNel}: ${theirs - treasuryNel} are not covered`;
}
