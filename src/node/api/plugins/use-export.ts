/** CSV for spreadsheets (RFC 4180): own intervals and own bills, by the same functions as GraphQL, hence behind the same locks. */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Plugin } from 'graphql-yoga';
import { dateToDay, dayOfSlot, dayToDate, firstSlot, SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import type { Context, Service } from '../context.ts';
import { ApiError, badInput, unauthenticated } from '../errors.ts';
import { tokenHashOf } from '../http.ts';
import { LIMITS } from '../limits.ts';
import { loadersFor } from '../loaders.ts';
import type { Transaction, ViewerPool } from '../pool.ts';
import { ownMeter, slotStart } from '../resolvers/meters.ts';
import { readBills } from '../rows/bills.ts';
import { readIntervals } from '../rows/readings.ts';
import { useRoute } from './use-route.ts';

const CHUNK_DAYS = 31;

interface Wanted {
  meter: string | null;
  from: number;
  to: number;
}

function wanted(query: URLSearchParams, meterRequired: boolean): Wanted {
  for (const name of query.keys())
    if (!['meter', 'from', 'to'].includes(name)) throw badInput(name, 'one of the parameters meter, from, to');
  const day = (name: 'from' | 'to'): number => {
    try {
      return dateToDay(query.get(name) ?? '');
    } catch {
      throw badInput(name, 'a calendar date YYYY-MM-DD');
    }
  };
  const [from, to, meter] = [day('from'), day('to'), query.get('meter')];
  if (to < from) throw badInput('to', 'a day not before `from`');
  if (to - from + 1 > LIMITS.exportDays) throw badInput('to', `at most ${LIMITS.exportDays} days from \`from\``);
  if (meterRequired && !meter) throw badInput('meter', 'the address of a meter of yours');
  return { meter, from, to };
}

async function intervalRows(tx: Transaction, owner: string, { meter, from, to }: Wanted): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for (let day = from; day <= to; day += CHUNK_DAYS) {
    const end = firstSlot(Math.min(day + CHUNK_DAYS - 1, to)) + SLOTS_PER_DAY - 1;
    const found = await readIntervals(tx, owner, meter!, { from: firstSlot(day), to: end, limit: CHUNK_DAYS * SLOTS_PER_DAY });
    rows.push(
      ...found.map((row) => [
        meter,
        dayToDate(dayOfSlot(row.slot)),
        row.slot % SLOTS_PER_DAY,
        slotStart(row.slot).toISOString(),
        row.import_wh,
        row.export_wh,
        row.provisional,
      ]),
    );
  }
  return rows;
}

async function billRows(tx: Transaction, owner: string, { meter, from, to }: Wanted): Promise<unknown[][]> {
  const found = await readBills(tx, owner, { meter, from, to, limit: 100_000 });
  const sum = (values: number[] | null) => values?.reduce((a, b) => a + b, 0);
  return found.map((row) => [
    dayToDate(row.day),
    row.version,
    row.meter,
    row.source,
    row.state,
    row.superseded,
    sum(row.import_wh),
    sum(row.export_wh),
    row.amount_nel,
    row.book_hash && bytesToHex(Uint8Array.from(row.book_hash)),
  ]);
}

const KINDS = {
  intervals: {
    header: ['meter', 'day', 'slot', 'startsAt', 'importWh', 'exportWh', 'provisional'],
    meterRequired: true,
    read: intervalRows,
  },
  bills: {
    header: ['day', 'version', 'meter', 'source', 'status', 'superseded', 'importWh', 'exportWh', 'amountNel', 'bookHash'],
    meterRequired: false,
    read: billRows,
  },
};

/** Several of them lie in one folder: each says of what and of when it is. Written from what was read, not from what was asked. */
const nameOf = (kind: string, { meter, from, to }: Wanted): string =>
  `${[kind, ...(meter ? [meter] : []), dayToDate(from), dayToDate(to)].join('-')}.csv`;

export function useExport({ pool, service }: { pool: ViewerPool; service: Service }): Plugin[] {
  return (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) =>
    useRoute(`/export/${kind}.csv`, service.log, async (request, url) => {
      const { header, meterRequired, read } = KINDS[kind];
      const tokenHash = tokenHashOf(request);
      if (!tokenHash) throw unauthenticated('sign in first: Authorization: Bearer …');
      const { asked, rows } = await pool.run(tokenHash, {}, async (tx) => {
        if (!tx.viewer!.roles.includes('MEMBER')) throw new ApiError('FORBIDDEN', 'this is for the role MEMBER');
        const asked = wanted(url.searchParams, meterRequired);
        if (asked.meter) await ownMeter({ tx, loaders: loadersFor(tx) } as Context, asked.meter);
        return { asked, rows: await read(tx, tx.viewer!.address, asked) };
      });
      const body = [header, ...rows].map((row) => `${row.map((cell) => cell ?? '').join(',')}\r\n`).join('');
      return new Response(body, {
        headers: {
          'content-type': 'text/csv; charset=utf-8; header=present',
          'content-disposition': `attachment; filename="${nameOf(kind, asked)}"`,
        },
      });
    }),
  );
}
