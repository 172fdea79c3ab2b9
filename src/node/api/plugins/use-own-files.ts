/**
 * What a member downloads to check bills with `electra verify-bill`, byte for byte as the files are read there:
 *
 *     /export/openings.json?from=…&to=…     (amount, s) of the newest released bill of each own meter and day
 *     /export/invoice.json?month=YYYY-MM    the newest revision of the month's signed invoice
 *
 * By the same functions as GraphQL, hence behind the same locks.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Plugin } from 'graphql-yoga';
import { compareBills, encodeOpenings } from '../../../protocol/invoice/invoice.ts';
import { dateToDay } from '../../../protocol/values/time.ts';
import { readHead } from '../chain-head.ts';
import type { Service } from '../context.ts';
import { ApiError, badInput, notFound, unauthenticated } from '../errors.ts';
import { tokenHashOf } from '../http.ts';
import { LIMITS } from '../limits.ts';
import type { Transaction, ViewerPool } from '../pool.ts';
import { newestInvoice } from '../resolvers/invoices.ts';
import { readBills } from '../rows/bills.ts';
import { useRoute } from './use-route.ts';

function only(query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) if (!names.includes(name)) throw badInput(name, `one of the parameters ${names.join(', ')}`);
}

async function openings(tx: Transaction, owner: string, query: URLSearchParams, service: Service): Promise<string> {
  only(query, ['from', 'to']);
  const [from, to] = ['from', 'to'].map((name) => {
    try {
      return dateToDay(query.get(name) ?? '');
    } catch {
      throw badInput(name, 'a calendar date YYYY-MM-DD');
    }
  });
  if (to < from) throw badInput('to', 'a day not before `from`');
  if (to - from + 1 > LIMITS.exportDays) throw badInput('to', `at most ${LIMITS.exportDays} days from \`from\``);
  const head = await readHead(tx, service.now());
  if (!head) throw new ApiError('UNAVAILABLE', 'the index has not begun');
  const bills = (await readBills(tx, owner, { from, to, limit: 100_000 })).filter((row) => row.state === 'released' && !row.superseded);
  return encodeOpenings({
    chainId: head.chainId,
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
  return Object.entries({ openings, invoice }).map(([name, read]) =>
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
