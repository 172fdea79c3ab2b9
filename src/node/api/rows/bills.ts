/** A member's own bills and their proofs. Every statement names the owner, besides the policies of the tables. */
import type { ProofJson } from '../../../protocol/bundle/proofs.ts';
import type { Transaction } from '../pool.ts';
import { openNoBills } from './chain.ts';

/** The fields from import_wh on are null before the release. */
export interface BillRow {
  day: number;
  version: number;
  meter: string;
  source: string;
  state: string;
  superseded: boolean;
  no_bill_open: boolean;
  book_hash: Uint8Array | null;
  anchor_height: number | null;
  released_at: Date | null;
  import_wh: number[] | null;
  export_wh: number[] | null;
  amount_nel: string | null;
  bill_blinding: string | null;
  commitment: string | null;
  mask: string | null;
  bill: string | null;
  link_open: string | null;
  link_close: string | null;
  masked_sum: string | null;
  import_start_wh: bigint | null;
  export_start_wh: bigint | null;
  import_end_wh: bigint | null;
  export_end_wh: bigint | null;
  /** the released version that a correction replaces, and its amount */
  before_version: number | null;
  before_nel: string | null;
}

export interface ProofRow {
  key: string;
  proof: ProofJson;
}

/** What the book says that an entry copies, with its proof. `from_day`: 0 where it is zero. */
export interface CopyRow extends ProofRow {
  from_day: number;
  from: string;
}

interface BillFilter {
  meter?: string | null;
  version?: number;
  from: number;
  to: number;
  after?: readonly (number | string)[] | null;
  limit: number;
}

/**
 * A history: every version is listed, whichever is newest. `superseded`: the bill that counts, the newest released one, is another. A
 * correction under way supersedes nothing yet.
 */
export function readBills(tx: Transaction, owner: string, { meter, version, from, to, after, limit }: BillFilter): Promise<BillRow[]> {
  return tx.query<BillRow>(
    (sql) => sql`
    with bill as (
      select day, version, meter, source, state, null::int4[] as import_wh, null::int4[] as export_wh,
             null::numeric as amount_nel, null::numeric as bill_blinding, null::numeric as commitment, null::numeric as mask,
             null::numeric as bill, null::numeric as link_open, null::numeric as link_close, null::numeric as masked_sum,
             null::int8 as import_start_wh, null::int8 as export_start_wh, null::int8 as import_end_wh, null::int8 as export_end_wh
      from access.pending_bill where member = ${owner}
      union all
      select day, version, meter, source, d.state, import_wh, export_wh,
             amount_nel, bill_blinding, commitment, mask, bill, link_open, link_close, masked_sum,
             import_start_wh, export_start_wh, import_end_wh, export_end_wh
      from books.entry join books.day d using (day, version) where member = ${owner} and d.state = 'released'
    ), wanted as (
      select * from bill
      where day between ${from} and ${to} ${meter == null ? sql`` : sql`and meter = ${meter}`}
        ${version === undefined ? sql`` : sql`and version = ${version}`}
        ${after ? sql`and (day, version, meter) < (${after[0]}::int4, ${after[1]}::int4, ${after[2]}::text)` : sql``}
      order by day desc, version desc, meter desc limit ${limit})
    select w.*, d.book_hash, d.anchor_height, d.released_at, before.version as before_version, before.amount_nel as before_nel,
      exists (select from books.released_entry r
        where r.day = w.day and r.meter = w.meter and r.member = ${owner} and r.version > w.version) as superseded,
      exists (select from ${openNoBills(sql)} n where n.day = w.day and n.meter = w.meter) as no_bill_open
    from wanted w join access.day_status d on d.day = w.day and d.version = w.version
    left join lateral (
      select e.version, e.amount_nel from books.entry e join books.day b on b.day = e.day and b.version = e.version
      where w.version > 1 and w.state = 'released' and e.member = ${owner} and e.day = w.day and e.meter = w.meter
        and e.version < w.version and b.state = 'released'
      order by e.version desc limit 1) before on true
    order by w.day desc, w.version desc, w.meter desc`,
  );
}

/** Keys are `day:version:meter`. */
export function readProofs(tx: Transaction, owner: string, keys: readonly string[]): Promise<ProofRow[]> {
  return tx.query<ProofRow>(
    (sql) => sql`
    select p.day || ':' || p.version || ':' || p.meter as key, p.proof
    from books.entry e
    join books.day d on d.day = e.day and d.version = e.version
    join prove.proof p on p.day = e.day and p.version = e.version and p.meter = e.meter and p.book_hash = d.book_hash
      and p.circuit = 'day-bill'
    where e.member = ${owner} and d.state = 'released' and (e.day || ':' || e.version || ':' || e.meter) = any(${[...keys]}::text[])
      and e.day = any(${[...new Set(keys.map((key) => Number(key.split(':')[0])))]}::int4[])`,
  );
}

/** What first bills of days without a valid statement copy, from the book's own text. Keys are `day:meter`. */
export function readCopies(tx: Transaction, owner: string, keys: readonly string[]): Promise<CopyRow[]> {
  return tx.query<CopyRow>(
    (sql) => sql`
    select e.day || ':' || e.meter as key, (said ->> 'fromDay')::int4 as from_day, said ->> 'from' as from, p.proof
    from books.entry e
    join books.day d on d.day = e.day and d.version = e.version
    join prove.proof p on p.day = e.day and p.version = e.version and p.meter = e.meter and p.book_hash = d.book_hash
      and p.circuit = 'substitute'
    cross join lateral jsonb_array_elements(d.book::jsonb -> 'meters') said
    where e.member = ${owner} and e.version = 1 and e.source <> 'metered' and d.state = 'released' and said ->> 'meter' = e.meter
      and (e.day || ':' || e.meter) = any(${[...keys]}::text[])
      and e.day = any(${[...new Set(keys.map((key) => Number(key.split(':')[0])))]}::int4[])`,
  );
}
