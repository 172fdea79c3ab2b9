/**
 * A composed book into Postgres: the private entries, the public text and the provers' inputs, in the caller's transaction, so that all is there or nothing.
 */
import type { Tx } from '../../db/index.ts';
import { bytea, insertRows } from '../../db/bulk.ts';
import type { ComposedBook, ComposedDay } from './compose.ts';
import type { Job } from './jobs.ts';

const hashBytes = (hash: string): string => bytea(Buffer.from(hash, 'hex'));

/** Version 1 of a day, from frozen to drafted. */
export async function storeDay(tx: Tx, day: ComposedDay, tariffId: string, jobs: readonly Job[]): Promise<void> {
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

async function storeEntries(tx: Tx, { book, entries }: ComposedBook): Promise<void> {
  await insertRows(
    tx,
    'books.entry',
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

async function storeText(tx: Tx, { book, text, hash, prices }: ComposedBook, tariffId: string): Promise<void> {
  await tx`
    update books.day set state = 'drafted', waiting = null, blocked_by = null, updated_at = now(), book = ${text}, book_hash = ${hashBytes(hash)}::text::bytea, tariff_id = ${tariffId},
      retail_nel_per_wh = ${book.tariff.retailNelPerWh as number[]}, feed_in_nel_per_wh = ${book.tariff.feedInNelPerWh as number[]}, fee_per_day_nel = ${String(book.tariff.feePerDayNel)},
      buy_nel_per_wh = ${prices.buyNelPerWh as number[]}, sell_nel_per_wh = ${prices.sellNelPerWh as number[]}
    where day = ${book.day} and version = ${book.version}`;
}

async function storeJobs(tx: Tx, { book, hash }: ComposedBook, jobs: readonly Job[]): Promise<void> {
  await tx`
    insert into prove.input (id, circuit, day, version, meter, book_hash, signals)
    select id, circuit, ${book.day}, ${book.version}, meter, ${hashBytes(hash)}::text::bytea, signals
    from json_to_recordset(${JSON.stringify(jobs)}::text::json) as x(id text, circuit text, meter text, signals jsonb)`;
}
