/**
 * A member's own bills. Until the book is released only that a bill is on its way can be read (access.pending_bill has nothing else); from then on
 * its lines, its opening (amount, s), its public entry and its proof. Mask, blindings of readings and links are granted to nobody.
 */
import type { ProofJson } from '../../../protocol/bundle/proofs.ts';
import { SLOTS_PER_DAY, firstSlot } from '../../../protocol/values/time.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { dayRange, page } from '../connection.ts';
import type { Connection, PageArgs } from '../connection.ts';
import { globalId } from '../ids.ts';
import type { Transaction } from '../pool.ts';
import { ownMeter, slotStart } from './meters.ts';

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
}

export interface ProofRow {
  key: string;
  proof: ProofJson;
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
 * A history: every version is listed, whichever is newest. `superseded`: the bill that counts, the newest released one, is another. A correction under way
 * supersedes nothing yet.
 */
export function readBills(tx: Transaction, owner: string, { meter, version, from, to, after, limit }: BillFilter): Promise<BillRow[]> {
  return tx.query<BillRow>(
    (sql) => sql`
    with bill as (
      select day, version, meter, source, state, null::int4[] as import_wh, null::int4[] as export_wh,
             null::numeric as amount_nel, null::numeric as bill_blinding, null::numeric as commitment, null::numeric as mask, null::numeric as bill,
             null::numeric as link_open, null::numeric as link_close, null::numeric as masked_sum
      from access.pending_bill where member = ${owner}
      union all
      select day, version, meter, source, d.state, import_wh, export_wh,
             amount_nel, bill_blinding, commitment, mask, bill, link_open, link_close, masked_sum
      from books.entry join books.day d using (day, version) where member = ${owner} and d.state = 'released'
    ), wanted as (
      select * from bill
      where day between ${from} and ${to} ${meter == null ? sql`` : sql`and meter = ${meter}`}
        ${version === undefined ? sql`` : sql`and version = ${version}`}
        ${after ? sql`and (day, version, meter) < (${after[0]}::int4, ${after[1]}::int4, ${after[2]}::text)` : sql``}
      order by day desc, version desc, meter desc limit ${limit})
    select w.*, d.book_hash, d.anchor_height, d.released_at,
      exists (select from books.released_entry r
        where r.day = w.day and r.meter = w.meter and r.member = ${owner} and r.version > w.version) as superseded,
      exists (select from chain.no_bill n where n.day = w.day and n.meter = w.meter and n.withdrawn_height is null) as no_bill_open
    from wanted w join access.day_status d on d.day = w.day and d.version = w.version
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
    where e.member = ${owner} and d.state = 'released' and (e.day || ':' || e.version || ':' || e.meter) = any(${[...keys]}::text[])
      and e.day = any(${[...new Set(keys.map((key) => Number(key.split(':')[0])))]}::int4[])`,
  );
}

type BillArgs = PageArgs & { meter?: string | null; from?: number | null; to?: number | null };

export async function ownBills(args: BillArgs, context: Context): Promise<Connection<BillRow>> {
  if (args.meter != null) await ownMeter(context, args.meter);
  const { from, to } = dayRange(args);
  return page<BillRow>(args, {
    shape: ['int', 'int', 'text'],
    keyOf: (row) => [row.day, row.version, row.meter],
    read: (after, limit) => readBills(context.tx, viewerOf(context).address, { meter: args.meter, from, to, after, limit }),
  });
}

const VERSIONS_MAX = 100;

/** Without a version: the latest that is released; before any is, the one on its way. */
export async function ownBill(
  { day, meter, version }: { day: number; meter: string; version?: number | null },
  context: Context,
): Promise<BillRow | null> {
  const rows = await readBills(context.tx, viewerOf(context).address, {
    meter,
    version: version ?? undefined,
    from: day,
    to: day,
    limit: version == null ? VERSIONS_MAX : 1,
  });
  return rows.find(released) ?? rows[0] ?? null;
}

const released = (row: BillRow): boolean => row.state === 'released';
const sum = (values: readonly number[] | null): number | null => values && values.reduce((a, b) => a + b, 0);

async function lines(row: BillRow, _: unknown, { loaders }: Context) {
  if (!released(row)) return null;
  const prices = await loaders.prices.load(row.day);
  if (!prices) throw new Error(`released bill of day ${row.day} without prices`);
  return Array.from({ length: SLOTS_PER_DAY }, (_unused, slot) => {
    const [importWh, exportWh, buyNelPerWh, sellNelPerWh] = [
      row.import_wh![slot],
      row.export_wh![slot],
      prices.buy_nel_per_wh[slot],
      prices.sell_nel_per_wh[slot],
    ];
    return {
      slot,
      startsAt: slotStart(firstSlot(row.day) + slot),
      importWh,
      exportWh,
      buyNelPerWh,
      sellNelPerWh,
      amountNel: BigInt(buyNelPerWh) * BigInt(importWh) - BigInt(sellNelPerWh) * BigInt(exportWh),
    };
  });
}

export const Bill = {
  id: (row: BillRow) => globalId('Bill', row.day, row.version, row.meter),
  meter: (row: BillRow, _: unknown, context: Context) => ownMeter(context, row.meter),
  source: (row: BillRow) => row.source.toUpperCase(),
  status: (row: BillRow) => row.state.toUpperCase(),
  amountNel: (row: BillRow) => row.amount_nel,
  feeNel: async (row: BillRow, _: unknown, { loaders }: Context) =>
    released(row) ? ((await loaders.prices.load(row.day))?.fee_per_day_nel ?? null) : null,
  importWh: (row: BillRow) => sum(row.import_wh),
  exportWh: (row: BillRow) => sum(row.export_wh),
  lines,
  opening: (row: BillRow) => (released(row) ? { amountNel: row.amount_nel, s: row.bill_blinding } : null),
  entry: (row: BillRow) =>
    released(row) ? { C: row.commitment, K: row.mask, B: row.bill, L0: row.link_open, L1: row.link_close, S: row.masked_sum } : null,
  proof: async (row: BillRow, _: unknown, { loaders }: Context) => {
    const found = released(row) ? await loaders.proof.load(`${row.day}:${row.version}:${row.meter}`) : null;
    return found && { a: found.proof.a, b: found.proof.b.flat(), c: found.proof.c };
  },
  bookHash: (row: BillRow) => row.book_hash,
  anchorHeight: (row: BillRow) => row.anchor_height,
  releasedAt: (row: BillRow) => row.released_at,
  noBillOpen: (row: BillRow) => row.no_bill_open,
};
