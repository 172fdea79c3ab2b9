/** What a community shared and settled with others. Every statement names the owner, besides the policies of the tables. */
import type { Transaction } from '../pool.ts';

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
