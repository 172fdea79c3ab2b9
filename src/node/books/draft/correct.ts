/**
 * Corrections (protocol §9.2, §9.4): after the late roster of a day is frozen, a book of a later version with the corrected meters only.
 * Two things are corrected, each by a version of its own, in this order:
 *
 *   late statements      the meters signed within the late period; their day becomes metered, with C of the late roster. Version 2 has all
 *                        of them that are not disputed, and nothing else
 *   closed runs          a metered day, or a final reading, has shown the true register beside a run; all its days are booked anew
 *                        between the registers (gaps.ts), at the day's mean prices
 *
 * Prices, totals and the other meters' bills stay: version 1 is final, and so is a substitute that was copied from a day that is corrected
 * later. Masks, bill blindings and the node's own commitments are drawn anew for each draft; the link blindings of a midnight stay, or no
 * link would close. The trap is a late statement that does not fit the metered day after it: booked as metered it would fail everybody's
 * audit for good, so it is disputed and the day stays a substitute.
 */
import type { Genesis } from '../../../protocol/genesis/index.ts';
import { commitDay, gridId, meterTag, parseBook } from '../../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import type { FrozenRoster } from '../intake/chain-view.ts';
import { finalReadings, frozenRosters, genesisOf, rosterOf, settledDays, voidDays } from '../intake/chain-view.ts';
import { lockDay, lockNeighbours } from '../lock.ts';
import { askDispute, endDispute, lostDays } from '../outbox.ts';
import type { Reading } from './compose.ts';
import { composeCorrection } from './compose.ts';
import type { DraftResult } from './frozen.ts';
import { correctedDay, type KnownRun, readRun } from './gaps.ts';
import type { Builders } from './jobs.ts';
import { billJobs } from './jobs.ts';
import type { Draws } from './randomness.ts';
import { csprng } from './randomness.ts';
import { linkBlindings, readMeterDays, undecided } from './readings.ts';
import { storeCorrection } from './save.ts';
import type { MeterDay } from './sources.ts';
import { openingFault } from './sources.ts';

/** Days that may have something to correct, oldest first: their late rosters are frozen, and no correction of them is under way. */
export async function daysToCorrect(sql: Sql): Promise<number[]> {
  const head = await chainHead(sql);
  if (!head) return [];
  // A run's last link is open, and its other days are corrected with it: so every day that a metered one, or a final reading, follows is
  // looked at (gaps.ts).
  const rows = await sql<{ day: number }[]>`
    with correctable as (
      select day from books.day one join ${frozenRosters(sql, { late: true, upTo: head.height })} late using (day)
      where one.version = 1 and one.state = 'released' and not exists (select from ${voidDays(sql, head)} v where v.day = one.day)
        and not exists (select from books.day o where o.day = one.day and o.version > 1 and o.state not in ('frozen', 'released'))
    ), candidate as (
      select e.day,
        exists (select from books.day o where o.day = e.day and o.version > 1 and o.state = 'frozen') as taken_back,
        not exists (select from ${settledDays(sql, head.height)} s where s.meter = e.meter and s.day = e.day)
          and not exists (select from ${lostDays(sql)} l where l.meter = e.meter and l.day = e.day) as late_statement,
        e.version = 1 and (exists (
          select from books.latest_entry after where after.meter = e.meter and after.day > e.day and after.source = 'metered')
          or exists (select from ${finalReadings(sql, head.height)} r where r.meter = e.meter and r.day >= e.day)) as followed
      from correctable join books.unmetered_entry e using (day)
    )
    select distinct day from candidate where taken_back or late_statement or followed order by day`;
  return rows.map(({ day }) => day);
}

export interface CorrectOptions {
  sql: Sql;
  day: number;
  builders: Builders;
  draws?: Draws;
}

/** Drafts the next correction of a day. `unchanged`: there is nothing to correct, or not yet. */
export async function draftCorrection({ sql, day, builders, draws = csprng }: CorrectOptions): Promise<DraftResult> {
  return sql.begin(async (tx) => {
    await lockDay(tx, day);
    const version = await nextVersion(tx, day);
    if (version === null) return { state: 'unchanged' } as const;
    await lockNeighbours(tx);
    const head = (await chainHead(tx))!;
    const late = await rosterOf(tx, day, { late: true, upTo: head.height });
    if (!late) return { state: 'unchanged' } as const;
    const genesis = await genesisOf(tx);
    const gathered = await gather(tx, day, { head, late, genesis, draws });
    const waiting = 'why' in gathered ? `the correction waits: ${gathered.why}` : null;
    await tx`
      update books.day set waiting = ${waiting}, updated_at = now()
      where day = ${day} and version = 1 and waiting is distinct from ${waiting}`;
    if ('why' in gathered) return { state: 'waiting', why: gathered.why } as const;
    if (gathered.readings.length === 0) return { state: 'unchanged' } as const;
    const [one] = await tx<{ book: string; tariff_id: string }[]>`select book, tariff_id from books.day where day = ${day} and version = 1`;
    const correction = composeCorrection(
      { first: parseBook(one.book), tick: genesis.params.tick, version, rosterDigest: late.digest, readings: gathered.readings },
      draws,
    );
    await tx`
      insert into books.day (day, version, state, roster_digest, frozen_unix_s)
      values (${day}, ${version}, 'frozen', ${Buffer.from(late.digest, 'hex')}, ${late.unixS})
      on conflict do nothing`;
    await storeCorrection(tx, correction, one.tariff_id, billJobs(correction, builders));
    return { state: 'drafted', hash: correction.hash } as const;
  }) as Promise<DraftResult>;
}

/** The version to draft, or null while there is another to finish first. A draft that was taken back left its number. */
async function nextVersion(tx: Tx, day: number): Promise<number | null> {
  const rows = await tx<{ version: number; state: string }[]>`select version, state from books.day where day = ${day} order by version`;
  const newest = rows.at(-1);
  if (!newest || rows.slice(0, -1).some(({ state }) => state !== 'released')) return null;
  if (newest.version > 1 && newest.state === 'frozen') return newest.version;
  if (newest.state !== 'released') return null;
  // What the next day says of this one's end is part of it: its book comes first.
  const [next] = await tx<{ state: string }[]>`select state from books.day where day = ${day + 1} and version = 1`;
  return next && next.state !== 'released' ? null : newest.version + 1;
}

interface Frame {
  head: ChainHead;
  late: FrozenRoster;
  genesis: Genesis;
  draws: Draws;
}

async function gather(tx: Tx, day: number, { head, late, genesis, draws }: Frame): Promise<{ why: string } | { readings: Reading[] }> {
  const meterDays = await notMetered(tx, day, await readMeterDays(tx, day, late, head.height));
  const open = undecided(meterDays, { head, frozen: late, genesis });
  if (open !== null) return { why: open };
  const lost = new Set((await tx<{ meter: string }[]>`select meter from ${lostDays(tx)} l where day = ${day}`).map(({ meter }) => meter));
  // Lost for good: a key that comes back afterwards must not bill a day whose run may be corrected by now.
  const signed = meterDays.filter(({ meter, rostered, disputed }) => rostered !== null && !disputed && !lost.has(meter));
  const faults = signed.flatMap((meterDay) => {
    const reason = openingFault(meterDay);
    return reason === null ? [] : [{ meter: meterDay.meter, reason }];
  });
  // The chain takes no dispute of a late statement whose book is overdue. The day fails every audit then; the others are billed, and runs
  // over it do not wait for what can no longer come.
  const isOverdue = head.chainUnixS > late.unixS + genesis.params.anchorDueS;
  if (faults.length > 0 && !isOverdue) {
    for (const { meter, reason } of faults) await askDispute(tx, { meter, day, reason });
    return { why: `${faults.length} dispute(s) not on the chain yet` };
  }
  for (const { meter, reason } of faults) await endDispute(tx, { meter, day, reason });
  const opened = signed.filter(({ meter }) => !faults.some((fault) => fault.meter === meter));
  return {
    readings: opened.length > 0 ? await lateReadings(tx, day, opened, draws) : await runReadings(tx, day, meterDays, { head, draws }),
  };
}

/** Late statements, as they were signed. */
async function lateReadings(tx: Tx, day: number, signed: readonly MeterDay[], draws: Draws): Promise<Reading[]> {
  const meters = signed.map(({ meter }) => meter);
  const links = await linkBlindings(tx, day, meters, draws);
  return signed.map(({ meter, member, statement, rostered }): Reading => {
    const { importStartWh, exportStartWh, importWh, exportWh, blinding } = statement!;
    const values = { importStartWh, exportStartWh, importWh, exportWh };
    const [u0, u1] = [links.get(`${meter}/${day}`)!, links.get(`${meter}/${day + 1}`)!];
    return { meter, member, source: 'metered', ...values, blinding, C: rostered!, u0, u1, copy: null };
  });
}

/** Days of runs that are closed by now. */
async function runReadings(
  tx: Tx,
  day: number,
  meterDays: readonly MeterDay[],
  { head, draws }: { head: ChainHead; draws: Draws },
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const meterDay of meterDays) {
    const { meter, member, disputed } = meterDay;
    const run = await readRun(tx, meterDay, head);
    const values = run && correctedDay(run, day);
    if (!values) continue;
    const blinding = draws.dayBlindingOf(meter);
    const C = commitDay({ ...values, blinding, gridId: gridId(head.chainId), meterTag: meterTag(meter), day });
    const links = await runLinks(tx, day, { meter, run, draws });
    const source = disputed ? 'disputed' : 'substitute'; // of a lost statement too, as version 1 has it
    readings.push({ meter, member, source, ...values, blinding, C, ...links, copy: null });
  }
  return readings;
}

/**
 * The blindings of both midnights; of a run that begins with the service, all are that of its end: a day that ends with the commitment with
 * which it began is seen to be a zero day, and nothing else bounds it.
 */
async function runLinks(
  tx: Tx,
  day: number,
  { meter, run, draws }: { meter: string; run: KnownRun; draws: Draws },
): Promise<{ u0: bigint; u1: bigint }> {
  const end = run.closing!.day;
  const midnights = run.opening ? [day, day + 1] : [end, end];
  const links = await linkBlindings(tx, midnights[0], [meter], draws);
  const [u0, u1] = midnights.map((midnight) => links.get(`${meter}/${midnight}`)!);
  return { u0, u1 };
}

/** Those whose latest book does not say metered. */
async function notMetered(tx: Tx, day: number, meterDays: readonly MeterDay[]): Promise<MeterDay[]> {
  const rows = await tx<{ meter: string }[]>`select meter from books.latest_entry where day = ${day} and source <> 'metered'`;
  const open = new Set(rows.map(({ meter }) => meter));
  return meterDays.filter(({ meter }) => open.has(meter));
}
