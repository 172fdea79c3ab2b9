// Drafting the book of a frozen day: one transaction from "frozen" to "drafted", with the private entries, the public text and the provers' inputs.
// Everything it reads is final by then (roster, tariff, opened statements, disputes on the chain), so two nodes would book the same readings.
//
// A lock per day and the state checked under it make closing a day twice, or twice at once, one book. What must happen first is said and waited
// for: the day before, boxes not yet judged, disputes not yet on the chain (asked for through the outbox in the same transaction).
import type { Sql, Tx } from '../db/index.ts';
import { chainHead, rosterOf, rulesOf, tariffOf } from './chain-view.ts';
import type { ChainHead, FrozenRoster, Rules } from './chain-view.ts';
import { bytea, insertRows } from './bulk.ts';
import { composeDay } from './compose.ts';
import type { ComposedDay, Reading } from './compose.ts';
import { BooksError } from './errors.ts';
import { lockDay } from './lock.ts';
import { askDispute } from './outbox.ts';
import { csprng } from './randomness.ts';
import type { Draws } from './randomness.ts';
import { readMeterDays, readMeteredDays, linkBlindings, undecided } from './readings.ts';
import { readingOf, sourceOf } from './sources.ts';
import { proofJobs } from './witness.ts';
import type { Builders, Job } from './witness.ts';

export type DraftOptions = { sql: Sql; day: number; builders: Builders; draws?: Draws };
export type DraftResult = { state: 'drafted'; hash: string } | { state: 'waiting'; why: string } | { state: 'unchanged' };

/** Drafts version 1 of a frozen day. `unchanged`: it is not in state frozen. */
export async function draftDay({ sql, day, builders, draws = csprng }: DraftOptions): Promise<DraftResult> {
  return sql.begin(async (tx) => {
    await lockDay(tx, day);
    const [row] = await tx<{ state: string }[]>`select state from books.day where day = ${day} and version = 1`;
    if (row?.state !== 'frozen') return { state: 'unchanged' } as const;
    const head = (await chainHead(tx))!;
    const gathered = await gather(tx, day, head, draws);
    if ('why' in gathered) {
      await tx`update books.day set waiting = ${gathered.why}, updated_at = now() where day = ${day} and version = 1 and waiting is distinct from ${gathered.why}`;
      return { state: 'waiting', why: gathered.why } as const;
    }
    const { frozen, rules, readings } = gathered;
    const tariff = await tariffOf(tx, day, head.height);
    const composed = composeDay({ chainId: head.chainId, day, tariff, tick: rules.tick, rosterDigest: frozen.digest, keys: rules.keys, readings }, draws);
    await store(tx, composed, tariff.id, proofJobs(composed, rules.tick, builders));
    return { state: 'drafted', hash: composed.hash } as const;
  }) as Promise<DraftResult>;
}

async function gather(tx: Tx, day: number, head: ChainHead, draws: Draws): Promise<{ why: string } | { frozen: FrozenRoster; rules: Rules; readings: Reading[] }> {
  const [previous] = await tx<{ state: string }[]>`select state from books.day where day = ${day - 1} and version = 1`;
  if (previous?.state === 'frozen') return { why: 'the day before is not drafted yet' };
  const frozen = await rosterOf(tx, day, { upTo: head.height });
  if (!frozen) throw new BooksError('no-index', `day ${day} has no frozen roster in the index`);
  const rules = await rulesOf(tx);
  const meterDays = await readMeterDays(tx, day, frozen, head.height);
  const open = await undecided(tx, day, meterDays, { head, frozen, rules });
  if (open !== null) return { why: open };

  const sources = meterDays.map((meterDay) => sourceOf(meterDay));
  const disputes = sources.flatMap((entry, i) => ('dispute' in entry ? [{ meter: meterDays[i].meter, reason: entry.dispute }] : []));
  for (const { meter, reason } of disputes) await askDispute(tx, { meter, day, reason });
  if (disputes.length > 0) return { why: `${disputes.length} dispute(s) not on the chain yet` };

  const withoutOwn = meterDays.filter((_, i) => (sources[i] as { source: string }).source !== 'metered').map(({ meter }) => meter);
  const metered = await readMeteredDays(tx, day, withoutOwn);
  const links = await linkBlindings(tx, day, meterDays.map(({ meter }) => meter), draws);
  const readings = meterDays.map((meterDay, i) => readingOf(meterDay, (sources[i] as { source: Reading['source'] }).source, {
    chainId: head.chainId, metered: metered.get(meterDay.meter) ?? [], u0: links.get(`${meterDay.meter}/${day}`)!, u1: links.get(`${meterDay.meter}/${day + 1}`)!, draws,
  }));
  return { frozen, rules, readings };
}

async function store(tx: Tx, day: ComposedDay, tariffId: string, jobs: readonly Job[]): Promise<void> {
  const { book, prices, hash } = day;
  await insertRows(tx, 'books.entry', day.entries.map((e) => ({
    day: book.day, version: 1, meter: e.meter, member: e.member, source: e.source,
    import_start_wh: e.importStartWh, export_start_wh: e.exportStartWh, import_end_wh: e.importEndWh, export_end_wh: e.exportEndWh, import_wh: e.importWh, export_wh: e.exportWh,
    blinding: e.blinding, commitment: e.C, mask_k: e.k, mask_v: e.v, mask: e.K, amount_nel: e.amountNel, bill_blinding: e.s, bill: e.B,
    link_open: e.L0, link_close: e.L1, masked_sum: e.S,
  })));
  await tx`
    update books.day set state = 'drafted', waiting = null, updated_at = now(), book = ${day.text}, book_hash = ${bytea(Buffer.from(hash, 'hex'))}::text::bytea, tariff_id = ${tariffId},
      retail_nel_per_wh = ${book.tariff.retailNelPerWh as number[]}, feed_in_nel_per_wh = ${book.tariff.feedInNelPerWh as number[]}, fee_per_day_nel = ${String(book.tariff.feePerDayNel)},
      total_import_wh = ${day.totalImportWh}, total_export_wh = ${day.totalExportWh}, buy_nel_per_wh = ${prices.buyNelPerWh as number[]}, sell_nel_per_wh = ${prices.sellNelPerWh as number[]},
      totals_blinding = ${String(day.x)}, mask_sum = ${String(day.maskSum)}, outside_cost_nel = ${String(day.outsideCostNel)}
    where day = ${book.day} and version = 1`;
  await tx`
    insert into prove.input (id, circuit, day, version, meter, book_hash, signals)
    select id, circuit, ${book.day}, 1, meter, ${bytea(Buffer.from(hash, 'hex'))}::text::bytea, signals
    from json_to_recordset(${JSON.stringify(jobs)}::text::json) as x(id text, circuit text, meter text, signals jsonb)`;
}

/**
 * Takes a draft back, and those of later days that continue it; they are drafted anew with fresh masks. Refused (BooksError not-redraftable) from
 * the audit on: what may have been anchored stays.
 */
export async function redraftDay(sql: Sql, day: number): Promise<number[]> {
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('electra.books.day'), day) from books.day where version = 1 and day >= ${day} order by day`;
    const days = await tx<{ day: number; state: string }[]>`select day, state from books.day where version = 1 and day >= ${day} order by day`;
    if (days[0]?.day !== day) throw new BooksError('not-redraftable', `day ${day} has no book`);
    const final = days.find(({ state }) => !['frozen', 'drafted', 'proven'].includes(state));
    if (final) throw new BooksError('not-redraftable', `the book of day ${final.day} is ${final.state}: it can no longer change`);
    const taken = days.filter(({ state }) => state !== 'frozen').map((entry) => entry.day);
    await tx`delete from prove.input where version = 1 and day = any(${taken})`;
    await tx`delete from prove.proof where version = 1 and day = any(${taken})`;
    await tx`delete from books.entry where version = 1 and day = any(${taken})`;
    await tx`
      update books.day set state = 'frozen', waiting = null, updated_at = now(), book = null, book_hash = null, proofs = null, totals_blinding = null, mask_sum = null
      where version = 1 and day = any(${taken})`;
    return taken;
  }) as Promise<number[]>;
}
