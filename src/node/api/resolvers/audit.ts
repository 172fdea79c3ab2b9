/**
 * What an auditor reads: released books and proofs as exact texts, frozen rosters, disputes, NoBills. Nothing here is private (protocol
 * §1).
 */
import type { RosterEntry } from '../../../protocol/day/roster.ts';
import { decodeRoster } from '../../../protocol/day/roster.ts';
import { dateOfUnixS } from '../chain-head.ts';
import type { PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import { globalId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import type { BookRow, BookText } from '../rows/books.ts';
import { readBook, readBooks } from '../rows/books.ts';
import type { DisputeRow, NoBillRow, RosterRow } from '../rows/chain.ts';
import { readDisputes, readNoBills, readRoster, readRosters } from '../rows/chain.ts';

export type RangeArgs = PageArgs & { from?: number | null; to?: number | null };

export const books = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<BookRow>(args, {
    shape: ['int', 'int'],
    keyOf: (row) => [row.day, row.version],
    max: LIMITS.pageOfBooks,
    read: (after, limit) => readBooks(tx, { from, to, after, limit }),
  });
};

export const book = ({ day, version }: { day: number; version?: number | null }, { tx }: Context): Promise<BookRow | null> =>
  readBook(tx, day, version ?? 1);

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

/** A roster is decoded once per request. */
type OpenRoster = RosterRow & { meters?: readonly RosterEntry[] };

export const rosters = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<RosterRow>(args, {
    shape: ['int', 'int'],
    keyOf: (row) => [row.day, Number(row.late)],
    read: (after, limit) => readRosters(tx, { from, to, after, limit }),
  });
};

export const roster = ({ day, late }: { day: number; late?: boolean | null }, { tx }: Context): Promise<RosterRow | null> =>
  readRoster(tx, day, late ?? false);

const metersOf = (row: OpenRoster): readonly RosterEntry[] => (row.meters ??= decodeRoster(Uint8Array.from(row.encoded)).meters);

export const Roster = {
  id: (row: RosterRow) => globalId('Roster', row.day, Number(row.late)),
  frozenAt: (row: RosterRow) => dateOfUnixS(Number(row.unix_s)),
  count: (row: OpenRoster) => metersOf(row).length,
  missing: (row: OpenRoster) => metersOf(row).filter((entry) => entry.commitment === null).length,
  entries: (row: OpenRoster, args: PageArgs) =>
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

export const disputes = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<DisputeRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.height, row.id],
    read: (after, limit) => readDisputes(tx, { from, to, after, limit }),
  });
};

export const noBills = (args: RangeArgs, { tx }: Context) => {
  const { from, to } = dayRange(args);
  return page<NoBillRow>(args, {
    shape: ['int', 'text'],
    keyOf: (row) => [row.open_height, row.id],
    read: (after, limit) => readNoBills(tx, { from, to, after, limit }),
  });
};

export const NoBill = {
  openedHeight: (row: NoBillRow) => row.open_height,
  withdrawnHeight: (row: NoBillRow) => row.withdrawn_height,
};
