/**
 * What a community shared and settled with others. Every statement names the owner, besides the policies of the tables. On a community's
 * node what is of the main chain is asked of the index of that, a database of its own, and the rest of the community's own.
 */
import type { Transaction } from '../pool.ts';

/** The chain that a database indexes; null before it has begun. */
export async function readChainId(tx: Transaction): Promise<string | null> {
  const [{ made }] = await tx.query<{ made: boolean }>((sql) => sql`select to_regclass('chain.head') is not null as made`);
  if (!made) return null;
  const [row] = await tx.query<{ chain_id: string }>((sql) => sql`select chain_id from chain.head`);
  return row?.chain_id ?? null;
}

export interface MarketPricesRow {
  day: number;
  shared_nel_per_wh: number[];
  buy_nel_per_wh: number[];
  sell_nel_per_wh: number[];
}

/** Of the main chain's proven days, as this community's node has noted them, newest first. */
export const readMarketPrices = (tx: Transaction, chainId: string, limit: number): Promise<MarketPricesRow[]> =>
  tx.query<MarketPricesRow>(
    (sql) => sql`
    select day, shared_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh from books.market_day
    where main_chain_id = ${chainId} order by day desc limit ${limit}`,
  );

/** This community's own part in the market, for its operator. */
export const readOwnShare = (
  tx: Transaction,
  { chainId, uplink }: { chainId: string; uplink: string },
  { from, to }: { from: number; to: number },
): Promise<SharedDayRow[]> =>
  tx.query<SharedDayRow>(
    (sql) => sql`
    select day, ${uplink}::text as meter, taken_wh, given_wh, amount_nel from access.market_share
    where main_chain_id = ${chainId} and day between ${from} and ${to} order by day`,
  );

export interface SettledWeekRow {
  from_day: number;
  gain_nel: string;
}

/** What settled weeks brought the fund, newest first: for members and operator. */
export const readSettledWeeks = (tx: Transaction, limit: number): Promise<SettledWeekRow[]> =>
  tx.query<SettledWeekRow>((sql) => sql`select from_day, gain_nel from access.settled_week order by from_day desc limit ${limit}`);

/** What the main chain has of an uplink's periods. */
export const readUplinkPeriods = (tx: Transaction, uplink: string, limit: number): Promise<SettlementRow[]> =>
  tx.query<SettlementRow>(
    (sql) => sql`
    select from_day, uplink as meter, amount_nel from chain.settlement_entry
    where uplink = ${uplink} and height <= (select height from chain.head) order by from_day desc limit ${limit}`,
  );

export interface SharedDayRow {
  day: number;
  meter: string;
  taken_wh: number[];
  given_wh: number[];
  amount_nel: string;
}

export const readSharedDays = (tx: Transaction, owner: string, { from, to }: { from: number; to: number }): Promise<SharedDayRow[]> =>
  tx.query<SharedDayRow>(
    (sql) => sql`
    select s.day, s.meter, s.taken_wh, s.given_wh, e.amount_nel
    from books.shared_energy s
    join books.entry e on e.day = s.day and e.meter = s.meter and e.version = 1 and e.member = ${owner}
    where s.member = ${owner} and s.day between ${from} and ${to}
    order by s.day, s.meter`,
  );

export interface SettlementRow {
  from_day: number;
  meter: string;
  amount_nel: string;
}

export const readSettlements = (tx: Transaction, owner: string, limit: number): Promise<SettlementRow[]> =>
  tx.query<SettlementRow>(
    (sql) => sql`
    select from_day, meter, amount_nel from books.settlement where member = ${owner}
    order by from_day desc, meter limit ${limit}`,
  );

export interface ElectraRow {
  supply_nel: string;
  attested_nel: string | null;
  as_of_unix_s: string | null;
  redeeming_nel: string;
  overdue: number;
  paused: boolean;
}

/** As of the newest block, like a report: the next one confirms it. Null where the chain has none. */
export async function readElectra(tx: Transaction, overdueAfterS: number): Promise<ElectraRow | null> {
  const [row] = await tx.query<ElectraRow>(
    (sql) => sql`
    select e.minted_nel - e.confirmed_nel as supply_nel, e.paused, a.amount_nel as attested_nel, a.as_of_unix_s,
      (select coalesce(sum(amount_nel), 0) from chain.redemption where state = 'open') as redeeming_nel,
      (select count(*)::int4 from chain.redemption where state = 'open'
        and unix_s < (select chain_unix_s from chain.head) - ${overdueAfterS}::int8) as overdue
    from chain.electra e
    left join (select amount_nel, as_of_unix_s from chain.attestation order by as_of_unix_s desc limit 1) a on true`,
  );
  return row ?? null;
}

export interface TransferRow {
  unix_s: string;
  height: number;
  kind: string;
  amount_nel: string;
  counterparty: string | null;
}

/** What moved ELECTRA to or from an account: what went out is negative. */
export const readTransfers = (tx: Transaction, owner: string, limit: number): Promise<TransferRow[]> =>
  tx.query<TransferRow>(
    (sql) => sql`
    select unix_s, height, kind, amount_nel, counterparty from (
      select unix_s, height, 'MINT' as kind, amount_nel, null::text as counterparty, id from chain.mint where receiver = ${owner}
      union all
      select unix_s, height, case when counter is null then 'SEND' else 'PAYOUT' end, -amount_nel, receiver, id
        from chain.transfer where sender = ${owner}
      union all
      select unix_s, height, case when counter is null then 'SEND' else 'PAYOUT' end, amount_nel, sender, id
        from chain.transfer where receiver = ${owner}
      union all
      select unix_s, height, 'ESCROW', -amount_nel, null, id from chain.escrow_move where treasury = ${owner}
      union all
      select unix_s, height, 'REDEMPTION', -amount_nel, null, id from chain.redemption where holder = ${owner} and state <> 'rejected'
    ) moved
    where height <= (select height from chain.head)
    order by height desc, id desc limit ${limit}`,
  );

/** What the chain's state holds of an account and its uplinks, as it was proven last; null each where it was not. */
export interface HoldingsRow {
  balance_nel: string | null;
  escrow_nel: string | null;
  owed_nel: string | null;
}

export async function readHoldings(tx: Transaction, owner: string): Promise<HoldingsRow> {
  const [row] = await tx.query<HoldingsRow>(
    (sql) => sql`
    with own as (select id from chain.meter where member = ${owner}),
      known as (select exists (select from chain.main_state where name = 'supply') as it)
    select case when it then coalesce((select value::numeric from chain.main_state where name = ${`balance:${owner}`}), 0) end
        as balance_nel,
      case when it then (select coalesce(sum(value::numeric), 0) from chain.main_state where name in (select 'escrow:' || id from own)) end
        as escrow_nel,
      case when it then (select coalesce(sum(value::numeric), 0) from chain.main_state where name in (select 'owed:' || id from own)) end
        as owed_nel
    from known`,
  );
  return row;
}
