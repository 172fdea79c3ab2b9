/**
 * Corrections (protocol §6): after the late roster of a day is frozen, a book of a later version with the corrected meters only. Two things
 * are corrected:
 *
 *   a late statement     the meter signed within the late period; its day becomes metered, with C of the late roster
 *   an open link         a metered day has shown the true register beside a run of substitutes; the run is booked anew between the
 *                        registers (gaps.ts)
 *
 * Prices, totals and the other meters' bills stay: version 1 is final, and so is a substitute that was copied from a day that is corrected
 * later. Masks, bill blindings and the node's own commitments are drawn anew for each draft; the link blindings of a midnight stay, or no
 * link would close. The trap is a late statement that does not fit the metered day after it: booked as metered it would fail everybody's
 * audit for good, so it is disputed and the day stays a substitute.
 */
import type { Genesis } from '../../../protocol/genesis/index.ts';
import type { DayValues } from '../../../protocol/index.ts';
import { commitDay, gridId, meterTag, parseBook } from '../../../protocol/index.ts';
import type { ChainHead, Sql, Tx } from '../../db/index.ts';
import { chainHead } from '../../db/index.ts';
import type { FrozenRoster } from '../intake/chain-view.ts';
import { frozenRosters, genesisOf, rosterOf, settledDays } from '../intake/chain-view.ts';
import { lockDay, lockNeighbours } from '../lock.ts';
import { askDispute } from '../outbox.ts';
import type { Reading } from './compose.ts';
import { composeCorrection } from './compose.ts';
import type { DraftResult } from './draft.ts';
import { correctedDay, readRun } from './gaps.ts';
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
  // Links are compared as the days are booked by now (latest_entry): the neighbour's own correction, though not released yet, is what this
  // one has to meet.
  const rows = await sql<{ day: number }[]>`
    with correctable as (
      select day from books.day one join ${frozenRosters(sql, { late: true, upTo: head.height })} late using (day)
      where one.version = 1 and one.state = 'released'
        and not exists (select from books.day o where o.day = one.day and o.version > 1 and o.state not in ('frozen', 'released'))
    ), candidate as (
      select e.day,
        exists (select from books.day o where o.day = e.day and o.version > 1 and o.state = 'frozen') as taken_back,
        not exists (select from ${settledDays(sql, head.height)} s where s.meter = e.meter and s.day = e.day) as late_statement,
        before.link_close <> e.link_open as open_before,
        after.link_open <> e.link_close as open_after
      from correctable join books.unmetered_entry e using (day)
      left join books.latest_entry before on before.meter = e.meter and before.day = e.day - 1
      left join books.latest_entry after on after.meter = e.meter and after.day = e.day + 1
    )
    select distinct day from candidate where taken_back or late_statement or open_before or open_after order by day`;
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
    const gathered = await gather(tx, day, { head, late, genesis: await genesisOf(tx), draws });
    const waiting = 'why' in gathered ? `the correction waits: ${gathered.why}` : null;
    await tx`
      update books.day set waiting = ${waiting}, updated_at = now()
      where day = ${day} and version = 1 and waiting is distinct from ${waiting}`;
    if ('why' in gathered) return { state: 'waiting', why: gathered.why } as const;
    if (gathered.readings.length === 0) return { state: 'unchanged' } as const;
    const [one] = await tx<{ book: string; tariff_id: string }[]>`select book, tariff_id from books.day where day = ${day} and version = 1`;
    const correction = composeCorrection(
      { first: parseBook(one.book), version, rosterDigest: late.digest, readings: gathered.readings },
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
  const signed = meterDays.filter(({ rostered, disputed }) => rostered !== null && !disputed);
  const faults = signed.flatMap((meterDay) => {
    const reason = openingFault(meterDay);
    return reason === null ? [] : [{ meter: meterDay.meter, reason }];
  });
  for (const { meter, reason } of faults) await askDispute(tx, { meter, day, reason });
  if (faults.length > 0) return { why: `${faults.length} dispute(s) not on the chain yet` };

  const corrected: { meterDay: MeterDay; values: DayValues }[] = [];
  for (const meterDay of meterDays.filter((entry) => !signed.includes(entry))) {
    const values = correctedDay(await readRun(tx, meterDay, head.height), day, {
      nowUnixS: head.chainUnixS,
      linkDueS: genesis.params.linkDueS,
    });
    if (values) corrected.push({ meterDay, values });
  }
  const links = await linkBlindings(
    tx,
    day,
    [...signed, ...corrected.map(({ meterDay }) => meterDay)].map(({ meter }) => meter),
    draws,
  );
  const linked = (meter: string) => ({ u0: links.get(`${meter}/${day}`)!, u1: links.get(`${meter}/${day + 1}`)! });
  return {
    readings: [
      ...signed.map(({ meter, member, statement, rostered }): Reading => {
        const { importStartWh, exportStartWh, importWh, exportWh, blinding } = statement!;
        return {
          meter,
          member,
          source: 'metered',
          importStartWh,
          exportStartWh,
          importWh,
          exportWh,
          blinding,
          C: rostered!,
          ...linked(meter),
        };
      }),
      ...corrected.map(({ meterDay: { meter, member, rostered }, values }): Reading => {
        const blinding = draws.dayBlindingOf(meter);
        const C = commitDay({ ...values, blinding, gridId: gridId(head.chainId), meterTag: meterTag(meter), day });
        return { meter, member, source: rostered === null ? 'substitute' : 'disputed', ...values, blinding, C, ...linked(meter) };
      }),
    ],
  };
}

/** Those whose latest book does not say metered. */
async function notMetered(tx: Tx, day: number, meterDays: readonly MeterDay[]): Promise<MeterDay[]> {
  const rows = await tx<{ meter: string }[]>`select meter from books.latest_entry where day = ${day} and source <> 'metered'`;
  const open = new Set(rows.map(({ meter }) => meter));
  return meterDays.filter(({ meter }) => open.has(meter));
}
