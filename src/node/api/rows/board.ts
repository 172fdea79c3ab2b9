/**
 * What the operator's board shows of meters, keys and tariffs. The chain's tables are public; the views of schema access are empty for
 * everybody but the operator, and have no register, reading or amount.
 */
import type { Transaction } from '../pool.ts';
import { checked, type DayPage, type Key } from './chain.ts';

export interface OperatedMeterRow {
  id: string;
  member: string;
  name: string | null;
  first_day: number;
  service_day: number | null;
  last_day: number | null;
  max_wh_per_slot: number;
  validator: boolean;
  /** of its newest report */
  slot: number | null;
}

export const readOperatedMeters = (tx: Transaction, { after, limit }: { after: Key | null; limit: number }): Promise<OperatedMeterRow[]> =>
  tx.query<OperatedMeterRow>(
    (sql) => sql`
    select m.id, m.member, n.name, m.first_day, m.service_day, m.last_day, m.max_wh_per_slot, m.consensus_key is not null as validator,
      r.slot
    from chain.meter m left join access.member_name n on n.address = m.member
    left join lateral (select slot from access.report_time where meter = m.id order by slot desc limit 1) r on true
    ${after ? sql`where m.id > ${after[0]}` : sql``} order by m.id limit ${limit}`,
  );

/** Meters with power, and those of them that have reported of a slot, or of a later one. */
export async function readPower(tx: Transaction, sinceSlot: number): Promise<{ validators: number; reporting: number }> {
  const [power] = await tx.query<{ validators: number; reporting: number }>(
    (sql) => sql`
    select count(*)::int4 as validators,
      count(*) filter (where exists (
        select from access.report_time r where r.meter = m.id and r.slot >= ${sinceSlot}))::int4 as reporting
    from chain.meter m
    where m.consensus_key is not null
      and not exists (select from chain.validator_change c where c.meter = m.id and not c.ends and c.fate is null)`,
  );
  return power;
}

/** The newest key that is in force at a chain time. */
export async function readSealingKey(tx: Transaction, chainUnixS: number): Promise<{ epoch: number; effective_unix_s: string } | null> {
  const [key] = await tx.query<{ epoch: number; effective_unix_s: string }>(
    (sql) => sql`
    select epoch, effective_unix_s from chain.node_key where effective_unix_s <= ${chainUnixS} order by epoch desc limit 1`,
  );
  return key ?? null;
}

export interface MeterOnChainRow {
  first_day: number;
  validator: boolean;
  /** chain time of the beginning of its power that waits */
  due_unix_s: string | null;
}

/** What the chain says of one meter. Public there. */
export async function readMeterOnChain(tx: Transaction, meter: string): Promise<MeterOnChainRow | null> {
  const [row] = await tx.query<MeterOnChainRow>(
    (sql) => sql`
    select m.first_day, m.consensus_key is not null as validator,
      (select c.due_unix_s from chain.validator_change c where c.meter = m.id and not c.ends and c.fate is null) as due_unix_s
    from chain.meter m where m.id = ${meter}`,
  );
  return row ?? null;
}

export interface AnnouncedTariffRow {
  from_day: number;
  rule: string;
  retail_nel_per_wh: number[];
  feed_in_nel_per_wh: number[];
  fee_per_day_nel: string;
  height: number;
}

/** Of one first day the tariff that was said last. */
export const readAnnounced = (tx: Transaction, { after, limit }: { after: Key | null; limit: number }): Promise<AnnouncedTariffRow[]> =>
  tx.query<AnnouncedTariffRow>(
    (sql) => sql`
    select distinct on (from_day) from_day, rule, retail_nel_per_wh, feed_in_nel_per_wh, fee_per_day_nel, height
    from chain.tariff where height <= ${checked(sql)} ${after ? sql`and from_day < ${after[0]}::int4` : sql``}
    order by from_day desc, height desc limit ${limit}`,
  );

export async function readLastPricedSlot(tx: Transaction): Promise<number | null> {
  const [{ slot }] = await tx.query<{ slot: number | null }>(
    (sql) => sql`select max(slot) as slot from chain.slot_prices where height <= ${checked(sql)}`,
  );
  return slot;
}

export async function countSignedIn(tx: Transaction): Promise<number> {
  const [{ members }] = await tx.query<{ members: number }>(
    (sql) => sql`
    select count(*)::int4 as members from access.signed_in s where exists (select from chain.meter m where m.member = s.address)`,
  );
  return members;
}

export interface UnmeteredRow {
  meter: string;
  day: number;
  version: number;
  source: string;
}

export const readUnmetered = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<UnmeteredRow[]> =>
  tx.query<UnmeteredRow>(
    (sql) => sql`
    select meter, day, version, source from access.meter_day
    where source <> 'metered' and day between ${from} and ${to}
      ${after ? sql`and (day, meter) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
    order by day desc, meter desc limit ${limit}`,
  );

export interface ServiceRow {
  id: string;
  name: string | null;
  service_day: number | null;
  last_day: number | null;
}

/** Meters that may have been in service on any of the days. */
export const readInService = (tx: Transaction, { from, to, after, limit }: DayPage): Promise<ServiceRow[]> =>
  tx.query<ServiceRow>(
    (sql) => sql`
    select m.id, n.name, m.service_day, m.last_day from chain.meter m left join access.member_name n on n.address = m.member
    where m.first_day <= ${to} and (m.last_day is null or m.last_day >= ${from}) ${after ? sql`and m.id > ${after[0]}` : sql``}
    order by m.id limit ${limit}`,
  );

export interface MeterDayRow {
  meter: string;
  day: number;
  /** of the newest version; null while it is not booked */
  source: string | null;
  /** whether it signed the day, and whether that came in time for the roster */
  signed: boolean;
  late: boolean;
}

/** Days of meters of which anything is known. */
export const readMeterDays = (tx: Transaction, meters: readonly string[], from: number, to: number): Promise<MeterDayRow[]> =>
  tx.query<MeterDayRow>(
    (sql) => sql`
    with booked as (
      select meter, day, source from access.meter_day where day between ${from} and ${to} and meter = any(${[...meters]}::text[])),
    said as (
      select meter, day, height from chain.sealed_statement where day between ${from} and ${to} and meter = any(${[...meters]}::text[]))
    select coalesce(b.meter, s.meter) as meter, coalesce(b.day, s.day) as day, b.source, s.height is not null as signed,
      coalesce(s.height > r.height, false) as late
    from booked b full join said s on s.meter = b.meter and s.day = b.day
    left join chain.roster r on r.id = coalesce(b.day, s.day)::text and r.height <= ${checked(sql)}`,
  );

export interface InvoicingRow {
  member: string;
  name: string | null;
  bills: number;
  revision: number | null;
  issued_at: Date | null;
  changed: number;
}

/** Members with released bills of a month, and what was issued of them. */
export const readInvoicing = (tx: Transaction, { month, from, to, after, limit }: DayPage & { month: string }): Promise<InvoicingRow[]> =>
  tx.query<InvoicingRow>(
    (sql) => sql`
    select i.member, n.name, i.bills, i.revision, i.issued_at, i.changed
    from access.invoicing(${month}, ${from}, ${to}) i left join access.member_name n on n.address = i.member
    ${after ? sql`where i.member > ${after[0]}` : sql``} order by i.member limit ${limit}`,
  );
