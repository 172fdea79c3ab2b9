/** What an auditor reads: released books and proofs as exact texts, frozen rosters, disputes, NoBills. Nothing here is private (protocol §1). */
import type { Context } from '../context.ts';
import { dayRange, page } from '../connection.ts';
import type { PageArgs } from '../connection.ts';
import { dateOfUnixS } from '../chain-head.ts';
import { globalId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { Transaction } from '../pool.ts';
import { decodeRoster } from '../../../protocol/day/roster.ts';
import type { RosterEntry } from '../../../protocol/day/roster.ts';

export type RangeArgs = PageArgs & { from?: number | null; to?: number | null };

export interface BookRow {
  day: number;
  version: number;
  book_hash: Uint8Array;
  roster_digest: Uint8Array;
  anchor_height: number;
  released_at: Date;
}

export interface BookText {
  key: string;
  book: string;
  proofs: string;
}

/** Keys are `day:version`. */
export function readTexts(tx: Transaction, keys: readonly string[]): Promise<BookText[]> {
  return tx.query<BookText>(
    (sql) => sql`
    select day || ':' || version as key, book, proofs from books.day
    where state = 'released' and day = any(${[...new Set(keys.map((key) => Number(key.split(':')[0])))]}::int4[]) and (day || ':' || version) = any(${[...keys]}::text[])`,
  );
}

export const books = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<BookRow>(args, {
    shape: ['int', 'int'],
    keyOf: (row) => [row.day, row.version],
    max: LIMITS.pageOfBooks,
    read: (after, limit) =>
      tx.query<BookRow>(
        (sql) => sql`
      select day, version, book_hash, roster_digest, anchor_height, released_at from books.day
      where state = 'released' and day between ${from} and ${to} ${after ? sql`and (day, version) < (${after[0]}::int4, ${after[1]}::int4)` : sql``}
      order by day desc, version desc limit ${limit}`,
      ),
  });
};

export async function book({ day, version }: { day: number; version?: number | null }, { tx }: Context): Promise<BookRow | null> {
  const [row] = await tx.query<BookRow>(
    (sql) => sql`
    select day, version, book_hash, roster_digest, anchor_height, released_at from books.day where state = 'released' and day = ${day} and version = ${version ?? 1}`,
  );
  return row ?? null;
}

const text = async (row: BookRow, { loaders }: Context): Promise<BookText> => (await loaders.bookText.load(`${row.day}:${row.version}`))!;

export const Book = {
  id: (row: BookRow) => globalId('Book', row.day, row.version),
  bookHash: (row: BookRow) => row.book_hash,
  rosterDigest: (row: BookRow) => row.roster_digest,
  anchorHeight: (row: BookRow) => row.anchor_height,
  releasedAt: (row: BookRow) => row.released_at,
  text: async (row: BookRow, _: unknown, context: Context) => (await text(row, context)).book,
  proofs: async (row: BookRow, _: unknown, context: Context) => (await text(row, context)).proofs,
};

export interface RosterRow {
  day: number;
  late: boolean;
  digest: Uint8Array;
  encoded: Uint8Array;
  height: number;
  unix_s: string;
  /** decoded once per request */
  meters?: readonly RosterEntry[];
}

export const rosters = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<RosterRow>(args, {
    shape: ['int', 'int'],
    keyOf: (row) => [row.day, Number(row.late)],
    read: (after, limit) =>
      tx.query<RosterRow>(
        (sql) => sql`
      select day, late, digest, encoded, height, unix_s from chain.roster
      where height <= (select results_height from chain.cursor) and day between ${from} and ${to}
        ${after ? sql`and (day, late::int4) < (${after[0]}::int4, ${after[1]}::int4)` : sql``}
      order by day desc, late desc limit ${limit}`,
      ),
  });
};

export async function roster({ day, late }: { day: number; late?: boolean | null }, { tx }: Context): Promise<RosterRow | null> {
  const [row] = await tx.query<RosterRow>(
    (sql) => sql`
    select day, late, digest, encoded, height, unix_s from chain.roster
    where height <= (select results_height from chain.cursor) and day = ${day} and late = ${late ?? false}`,
  );
  return row ?? null;
}

const metersOf = (row: RosterRow): readonly RosterEntry[] => (row.meters ??= decodeRoster(Uint8Array.from(row.encoded)).meters);

export const Roster = {
  id: (row: RosterRow) => globalId('Roster', row.day, Number(row.late)),
  frozenAt: (row: RosterRow) => dateOfUnixS(Number(row.unix_s)),
  count: (row: RosterRow) => metersOf(row).length,
  missing: (row: RosterRow) => metersOf(row).filter((entry) => entry.commitment === null).length,
  entries: (row: RosterRow, args: PageArgs) =>
    page<RosterEntry & { index: number }>(args, {
      shape: ['int'], // its place: a frozen roster never changes
      keyOf: (entry) => [entry.index],
      read: (after, limit) => {
        const start = after === null ? 0 : Number(after[0]) + 1;
        return metersOf(row)
          .slice(start, start + limit)
          .map((entry, i) => ({ ...entry, index: start + i }));
      },
    }),
};

export interface DisputeRow {
  id: string;
  meter: string;
  day: number;
  reason: string;
  height: number;
}
export interface NoBillRow {
  id: string;
  meter: string;
  day: number;
  open_height: number;
  withdrawn_height: number | null;
}

export const disputes = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<DisputeRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.height, row.id],
    read: (after, limit) =>
      tx.query<DisputeRow>(
        (sql) => sql`
      select id, meter, day, reason, height from chain.dispute
      where height <= (select results_height from chain.cursor) and day between ${from} and ${to} ${after ? sql`and (height, id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
      order by height desc, id desc limit ${limit}`,
      ),
  });
};

export const noBills = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<NoBillRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.open_height, row.id],
    read: (after, limit) =>
      tx.query<NoBillRow>(
        (sql) => sql`
      select id, meter, day, open_height, withdrawn_height from chain.no_bill
      where open_height <= (select results_height from chain.cursor) and day between ${from} and ${to} ${after ? sql`and (open_height, id) < (${after[0]}::int4, ${after[1]}::text)` : sql``}
      order by open_height desc, id desc limit ${limit}`,
      ),
  });
};

export const NoBill = {
  openedHeight: (row: NoBillRow) => row.open_height,
  withdrawnHeight: (row: NoBillRow) => row.withdrawn_height,
};
