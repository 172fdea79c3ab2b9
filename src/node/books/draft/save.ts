/**
 * A composed book into Postgres: the private entries, the public text and the provers' inputs, in the caller's transaction, so that all is
 * there or nothing.
 */
import type { BulkTable } from '../../db/bulk.ts';
import { insertRows } from '../../db/bulk.ts';
import type { Tx } from '../../db/index.ts';
import type { ComposedBook, ComposedDay } from './compose.ts';
import type { Job } from './jobs.ts';

/** What is stored of any composed book: of a community, or of communities. */
type Storable = Pick<ComposedBook, 'text' | 'hash' | 'entries' | 'prices'> & {
  book: Pick<ComposedBook['book'], 'day' | 'version' | 'tariff'>;
};
type StorableDay = Storable & Pick<ComposedDay, 'totalImportWh' | 'totalExportWh' | 'x' | 'maskSum' | 'outsideCostNel'>;

const ENTRY = {
  name: 'books.entry',
  types: {
    day: 'int4',
    version: 'int4',
    meter: 'text',
    member: 'text',
    source: 'text',
    import_start_wh: 'int8',
    export_start_wh: 'int8',
    import_end_wh: 'int8',
    export_end_wh: 'int8',
    import_wh: 'int4[]',
    export_wh: 'int4[]',
    blinding: 'bytea',
    commitment: 'numeric',
    mask_k: 'numeric',
    mask_v: 'numeric',
    mask: 'numeric',
    amount_nel: 'numeric',
    bill_blinding: 'numeric',
    bill: 'numeric',
    link_open: 'numeric',
    link_close: 'numeric',
    masked_sum: 'numeric',
  },
} as const satisfies BulkTable;

const INPUT = {
  name: 'prove.input',
  types: { id: 'text', circuit: 'text', day: 'int4', version: 'int4', meter: 'text', book_hash: 'bytea', signals: 'jsonb' },
} as const satisfies BulkTable;

const hashBytes = (hash: string): Buffer => Buffer.from(hash, 'hex');

/** Version 1 of a day, from frozen to drafted. */
export async function storeDay(tx: Tx, day: StorableDay, tariffId: string, jobs: readonly Job[]): Promise<void> {
  const { book } = day;
  await storeEntries(tx, day);
  await storeText(tx, day, tariffId);
  await tx`
    update books.day set total_import_wh = ${day.totalImportWh}, total_export_wh = ${day.totalExportWh},
      totals_blinding = ${String(day.x)}, mask_sum = ${String(day.maskSum)}, outside_cost_nel = ${String(day.outsideCostNel)}
    where day = ${book.day} and version = 1`;
  await storeJobs(tx, day, jobs);
}

/** A correction, from frozen to drafted: no totals, nothing for the outside. */
export async function storeCorrection(tx: Tx, correction: ComposedBook, tariffId: string, jobs: readonly Job[]): Promise<void> {
  await storeEntries(tx, correction);
  await storeText(tx, correction, tariffId);
  await storeJobs(tx, correction, jobs);
}

async function storeEntries(tx: Tx, { book, entries }: Storable): Promise<void> {
  await insertRows(
    tx,
    ENTRY,
    entries.map((e) => ({
      day: book.day,
      version: book.version,
      meter: e.meter,
      member: e.member,
      source: e.source,
      import_start_wh: e.importStartWh,
      export_start_wh: e.exportStartWh,
      import_end_wh: e.importEndWh,
      export_end_wh: e.exportEndWh,
      import_wh: e.importWh,
      export_wh: e.exportWh,
      blinding: e.blinding,
      commitment: e.C,
      mask_k: e.k,
      mask_v: e.v,
      mask: e.K,
      amount_nel: e.amountNel,
      bill_blinding: e.s,
      bill: e.B,
      link_open: e.L0,
      link_close: e.L1,
      masked_sum: e.S,
    })),
  );
}

async function storeText(tx: Tx, { book, text, hash, prices }: Storable, tariffId: string): Promise<void> {
  await tx`
    update books.day set state = 'drafted', waiting = null, blocked_by = null, updated_at = now(),
      book = ${text}, book_hash = ${hashBytes(hash)}, tariff_id = ${tariffId},
      retail_nel_per_wh = ${book.tariff.retailNelPerWh as number[]}, feed_in_nel_per_wh = ${book.tariff.feedInNelPerWh as number[]},
      fee_per_day_nel = ${String(book.tariff.feePerDayNel)},
      buy_nel_per_wh = ${prices.buyNelPerWh as number[]}, sell_nel_per_wh = ${prices.sellNelPerWh as number[]}
    where day = ${book.day} and version = ${book.version}`;
}

/** What waits for the provers. `version`: 0 of what is about no book. */
export async function storeJobs(
  tx: Tx,
  { book, hash }: { book: Pick<ComposedBook['book'], 'day' | 'version'>; hash: string },
  jobs: readonly Job[],
): Promise<void> {
  const common = { day: book.day, version: book.version, book_hash: hashBytes(hash) };
  await insertRows(
    tx,
    INPUT,
    jobs.map(({ id, circuit, meter, signals }) => ({ ...common, id, circuit, meter, signals: JSON.stringify(signals) })),
  );
}
