/**
 * What a community has on the main chain, read from its proven state, and its journal in the community's ledger.
 *
 * What the community has there is balance + escrow + claims not yet paid − debts. The ledger's account `treasury` follows it: a settled
 * period moves it against `fund`, by `settlement:<first day>`; whatever else came or went (top-ups, payments, strangers) lies in `suspense`
 * until it is known whose it is, by `treasury:<height>`. So after each journal `treasury` is what the chain shows, to the unit.
 */
import { dayOf, received } from '../../protocol/index.ts';
import type { MainState } from '../../reader/light/index.ts';
import type { Sql, Tx } from '../db/index.ts';
import type { ProvenMain } from '../indexer/index.ts';

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

const TREASURY = 'treasury';

/** Posts what is not posted yet, in one transaction. Returns how many journals. */
export async function postTreasury(sql: Sql, proven: Pick<ProvenMain, 'height' | 'chainUnixS'>, found: Treasury): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('electra.books.treasury'))`;
    const [{ newest }] = await tx<{ newest: number }[]>`
      select coalesce(max(split_part(journal, ':', 2)::int8), -1)::int4 as newest from books.posting where journal like 'treasury:%'`;
    if (newest >= proven.height) return 0; // an older block than what is posted already
    let posted = 0;
    for (const { fromDay, amountNel } of found.settled)
      posted += await journal(tx, `settlement:${fromDay}`, { day: fromDay, from: TREASURY, to: 'fund', amountNel });
    const [{ sum: had }] = await tx<{ sum: string }[]>`
      select coalesce(sum(amount_nel), 0)::text as sum from books.posting where account = ${TREASURY}`;
    const elsewhere = BigInt(had) - found.totalNel;
    const day = dayOf(proven.chainUnixS);
    if (elsewhere !== 0n)
      posted += await journal(tx, `treasury:${proven.height}`, { day, from: TREASURY, to: 'suspense', amountNel: elsewhere });
    return posted;
  }) as Promise<number>;
}

/** Nothing is posted twice: a journal that is there is left, and so is one of nothing. */
async function journal(
  tx: Tx,
  name: string,
  { day, from, to, amountNel }: { day: number; from: string; to: string; amountNel: bigint },
): Promise<number> {
  const [{ there }] = await tx<{ there: boolean }[]>`select exists (select from books.posting where journal = ${name}) as there`;
  if (there || amountNel === 0n) return 0;
  await tx`
    insert into books.posting (journal, account, amount_nel, day, version)
    values (${name}, ${from}, ${String(-amountNel)}, ${day}, 1), (${name}, ${to}, ${String(amountNel)}, ${day}, 1)`;
  return 1;
}

/** What the ledger says: `gainNel` is what settled periods have brought the fund (negative: cost it). */
export async function ledgerOf(sql: Sql): Promise<{ treasuryNel: bigint; suspenseNel: bigint; gainNel: bigint }> {
  const [row] = await sql<{ treasury: string; suspense: string; gain: string }[]>`
    select coalesce(sum(amount_nel) filter (where account = ${TREASURY}), 0)::text as treasury,
      coalesce(sum(amount_nel) filter (where account = 'suspense'), 0)::text as suspense,
      coalesce(-sum(amount_nel) filter (where account = 'fund' and journal like 'settlement:%'), 0)::text as gain
    from books.posting`;
  return { treasuryNel: BigInt(row.treasury), suspenseNel: BigInt(row.suspense), gainNel: BigInt(row.gain) };
}
