/**
 * What a member downloads to check bills with `electra verify-bill`, byte for byte as the files are read there:
 *
 *     /export/openings.json?from=…&to=…     (amount, s) of the newest released bill of each own meter and day
 *     /export/statements.json?from=…&to=…   registers, quarter-hours and blinding of each own statement, as the meter exports them;
 *                                           &meter=… where there are several
 *     /export/invoice.json?month=YYYY-MM    the newest revision of the month's signed invoice
 *
 * By the same functions as GraphQL, hence behind the same locks.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Plugin } from 'graphql-yoga';
import { compareBills, encodeOpenings } from '../../../protocol/invoice/invoice.ts';
import { encodeMeterExport } from '../../../protocol/meter/meter-export.ts';
import { dateToDay } from '../../../protocol/values/time.ts';
import { readHead } from '../chain-head.ts';
import type { Context, Service } from '../context.ts';
import { ApiError, badInput, notFound, unauthenticated } from '../errors.ts';
import { tokenHashOf } from '../http.ts';
import { LIMITS } from '../limits.ts';
import { loadersFor } from '../loaders.ts';
import type { Transaction, ViewerPool } from '../pool.ts';
import { newestInvoice } from '../resolvers/invoices.ts';
import { ownMeter } from '../resolvers/meters.ts';
import { readBills } from '../rows/bills.ts';
import { readOwnMeters } from '../rows/chain.ts';
import { readStatements } from '../rows/readings.ts';
import { useRoute } from './use-route.ts';

function only(query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) if (!names.includes(name)) throw badInput(name, `one of the parameters ${names.join(', ')}`);
}

/** Both days included. @throws ApiError BAD_USER_INPUT */
function rangeOf(query: URLSearchParams): { from: number; to: number } {
  const [from, to] = ['from', 'to'].map((name) => {
    try {
      return dateToDay(query.get(name) ?? '');
    } catch {
      throw badInput(name, 'a calendar date YYYY-MM-DD');
    }
  });
  if (to < from) throw badInput('to', 'a day not before `from`');
  if (to - from + 1 > LIMITS.exportDays) throw badInput('to', `at most ${LIMITS.exportDays} days from \`from\``);
  return { from, to };
}

async function chainIdOf(tx: Transaction, service: Service): Promise<string> {
  const head = await readHead(tx, service.now());
  if (!head) throw new ApiError('UNAVAILABLE', 'the index has not begun');
  return head.chainId;
}

/** The meter that is named, or the only one. Any other's is not found, whether it exists or not. */
async function meterOf(tx: Transaction, owner: string, asked: string | null): Promise<string> {
  if (asked !== null) return (await ownMeter({ tx, loaders: loadersFor(tx) } as Context, asked)).id;
  const own = await readOwnMeters(tx, owner, { after: null, limit: 2 });
  if (own.length !== 1) throw badInput('meter', 'the address of a meter of yours: there are several');
  return own[0].id;
}

async function statements(tx: Transaction, owner: string, query: URLSearchParams, service: Service): Promise<string> {
  only(query, ['from', 'to', 'meter']);
  const range = rangeOf(query);
  const meter = await meterOf(tx, owner, query.get('meter'));
  const rows = await readStatements(tx, owner, { meter, ...range });
  return encodeMeterExport({
    chainId: await chainIdOf(tx, service),
    meter,
    days: rows.map((row) => ({
      day: row.day,
      importStartWh: row.import_start_wh,
      exportStartWh: row.export_start_wh,
      importWh: row.import_wh,
      exportWh: row.export_wh,
      blinding: Uint8Array.from(row.blinding),
      flags: row.flags,
    })),
  });
}

async function openings(tx: Transaction, owner: string, query: URLSearchParams, service: Service): Promise<string> {
  only(query, ['from', 'to']);
  const { from, to } = rangeOf(query);
  const bills = (await readBills(tx, owner, { from, to, limit: 100_000 })).filter((row) => row.state === 'released' && !row.superseded);
  return encodeOpenings({
    chainId: await chainIdOf(tx, service),
    member: owner,
    openings: bills
      .map((row) => ({
        day: row.day,
        version: row.version,
        bookHash: bytesToHex(Uint8Array.from(row.book_hash!)),
        meter: row.meter,
        amountNel: BigInt(row.amount_nel!),
        s: BigInt(row.bill_blinding!),
      }))
      .sort(compareBills),
  });
}

async function invoice(tx: Transaction, owner: string, query: URLSearchParams): Promise<string> {
  only(query, ['month']);
  const found = await newestInvoice(tx, owner, query.get('month') ?? '');
  if (!found) throw notFound('no invoice of that month was issued yet');
  return found.invoice;
}

export function useOwnFiles({ pool, service }: { pool: ViewerPool; service: Service }): Plugin[] {
  return Object.entries({ openings, statements, invoice }).map(([name, read]) =>
    useRoute(`/export/${name}.json`, service.log, async (request, url) => {
      const tokenHash = tokenHashOf(request);
      if (!tokenHash) throw unauthenticated('sign in first: Authorization: Bearer …');
      const text = await pool.run(tokenHash, {}, async (tx) => {
        if (!tx.viewer!.roles.includes('MEMBER')) throw new ApiError('FORBIDDEN', 'this is for the role MEMBER');
        return read(tx, tx.viewer!.address, url.searchParams, service);
      });
      return new Response(text, {
        headers: { 'content-type': 'application/json; charset=utf-8', 'content-disposition': `attachment; filename="${name}.json"` },
      });
    }),
  );
}
