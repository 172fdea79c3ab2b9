/**
 * A member's own bills. Until the book is released only that a bill is on its way can be read (access.pending_bill has nothing else); from
 * then on its lines, its opening (amount, s), its public entry and its proof. Masks, the books' own blindings and links are granted to
 * nobody.
 */
import type { Source } from '../../../protocol/bundle/book.ts';
import type { ProofJson } from '../../../protocol/bundle/proofs.ts';
import type { Prices } from '../../../protocol/day/prices.ts';
import { pricesOf } from '../../../protocol/day/runs.ts';
import { firstSlot, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import type { Connection, PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { globalId } from '../ids.ts';
import type { BillRow } from '../rows/bills.ts';
import { readBills } from '../rows/bills.ts';
import { readFacts } from '../rows/chain.ts';
import { ownMeter, slotStart } from './meters.ts';

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
const sum = (values: readonly number[] | null): number | null => values?.reduce((a, b) => a + b, 0) ?? null;

/** The day's, or for days of a closed run their means: so that lines and fee sum to the amount. */
async function pricesAt({ day, version, source }: BillRow, { loaders, tx }: Context): Promise<Prices> {
  const found = await loaders.prices.load(day);
  if (!found) throw new Error(`released bill of day ${day} without prices`);
  const prices = { buyNelPerWh: found.buy_nel_per_wh, sellNelPerWh: found.sell_nel_per_wh };
  if (version === 1 || source === 'metered') return prices;
  return pricesOf(source as Source, { version, prices }, Number((await readFacts(tx))!.tick));
}

async function lines(row: BillRow, _: unknown, context: Context) {
  if (!released(row)) return null;
  const prices = await pricesAt(row, context);
  return Array.from({ length: SLOTS_PER_DAY }, (_unused, slot) => {
    const [importWh, exportWh, buyNelPerWh, sellNelPerWh] = [
      row.import_wh![slot],
      row.export_wh![slot],
      prices.buyNelPerWh[slot],
      prices.sellNelPerWh[slot],
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

const registers = (row: BillRow) =>
  released(row)
    ? {
        importStartWh: row.import_start_wh,
        exportStartWh: row.export_start_wh,
        importEndWh: row.import_end_wh,
        exportEndWh: row.export_end_wh,
      }
    : null;

/** Two things are corrected (src/node/books/draft/correct.ts): what was signed late becomes metered; days of a closed run do not. */
const correction = (row: BillRow) =>
  row.before_version === null
    ? null
    : {
        supersedes: row.before_version,
        beforeNel: row.before_nel,
        differenceNel: BigInt(row.amount_nel!) - BigInt(row.before_nel!),
        reason: row.source === 'metered' ? 'LATE_STATEMENT' : 'RUN_CLOSED',
      };

const proofOf = ({ a, b, c }: ProofJson) => ({ a, b: b.flat(), c });

async function copied(row: BillRow, _: unknown, { loaders }: Context) {
  if (!released(row) || row.version > 1 || row.source === 'metered') return null;
  const found = await loaders.copy.load(`${row.day}:${row.meter}`);
  return found && { day: found.from_day === 0 ? null : found.from_day, from: found.from, proof: proofOf(found.proof) };
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
    return found && proofOf(found.proof);
  },
  copied,
  registers,
  correction,
  bookHash: (row: BillRow) => row.book_hash,
  anchorHeight: (row: BillRow) => row.anchor_height,
  releasedAt: (row: BillRow) => row.released_at,
  noBillOpen: (row: BillRow) => row.no_bill_open,
};
