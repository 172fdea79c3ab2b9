/** Frozen days for anybody: what the chain holds of each, and when its book was given out. All of it is in the audit bundle as well. */
import { decodeRoster } from '../../../protocol/day/roster.ts';
import { isVoid, isVoidAtFreeze } from '../../../protocol/day/void.ts';
import { dateOfUnixS } from '../chain-head.ts';
import type { PageArgs } from '../connection.ts';
import { dayRange, page } from '../connection.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../pool.ts';
import { readReleases } from '../rows/books.ts';
import { type BookDayRow, type DayPage, readBookDays } from '../rows/chain.ts';
import { isShared } from '../rows/shared.ts';

interface Shown extends BookDayRow {
  releasedAt: Date | null;
  meters: number;
  substitutes: number;
  disputedMeters: number;
  /** of a chain of communities: too few had stated the day when it froze */
  voidAtFreeze: boolean;
}

/** Who stands for how many: disputed is what the roster has, and the operator says that it does not open. */
function counted(row: BookDayRow, shared: boolean): Omit<Shown, 'releasedAt'> {
  const { meters } = decodeRoster(Uint8Array.from(row.encoded));
  const disputed = new Set(row.disputed);
  return {
    ...row,
    meters: meters.length,
    substitutes: meters.filter(({ commitment }) => commitment === null).length,
    voidAtFreeze: shared && isVoidAtFreeze(meters),
    disputedMeters: meters.filter(({ meter, commitment }) => commitment !== null && disputed.has(meter)).length,
  };
}

async function read({ tx }: Pick<Context, 'tx'>, days: DayPage): Promise<Shown[]> {
  const rows = await readBookDays(tx, days);
  const releases = await readReleases(
    tx,
    rows.map(({ day }) => day),
  );
  const shared = await isShared(tx);
  const releasedAt = new Map(releases.map(({ day, released_at }) => [day, released_at]));
  return rows.map((row) => ({ ...counted(row, shared), releasedAt: releasedAt.get(row.day) ?? null }));
}

/** `isProvenFinal`: of a chain whose books are others': what it has verified is final. */
export async function newestDays(tx: Transaction, limit: number, { isProvenFinal }: { isProvenFinal: boolean }): Promise<Shown[]> {
  const days = await read({ tx }, { ...dayRange({}), after: null, limit });
  if (!isProvenFinal) return days;
  return days.map((row) => ({ ...row, releasedAt: row.proven_unix_s === null ? null : dateOfUnixS(BigInt(row.proven_unix_s)) }));
}

export const bookDays = (args: PageArgs & { from?: number | null; to?: number | null }, context: Context) => {
  const { from, to } = dayRange(args);
  return page<Shown>(args, {
    shape: ['int'],
    keyOf: (row) => [row.day],
    read: (after, limit) => read(context, { from, to, after, limit }),
  });
};

export async function bookDay({ day }: { day: number }, context: Context): Promise<Shown | null> {
  const [row] = await read(context, { from: day, to: day, after: null, limit: 1 });
  return row ?? null;
}

export const BookDay = {
  state: (row: Shown) => (row.releasedAt ? 'RELEASED' : row.book_hash ? 'ANCHORED' : 'FROZEN'),
  frozenHeight: (row: Shown) => row.height,
  frozenAt: (row: Shown) => dateOfUnixS(BigInt(row.unix_s)),
  metered: (row: Shown) => row.meters - row.substitutes - row.disputedMeters,
  disputed: (row: Shown) => row.disputedMeters,
  bookHash: (row: Shown) => row.book_hash,
  anchorHeight: (row: Shown) => row.anchor_height,
  anchoredAt: (row: Shown) => row.anchored_unix_s && dateOfUnixS(BigInt(row.anchored_unix_s)),
  provenHeight: (row: Shown) => row.proven_height,
  provenAt: (row: Shown) => row.proven_unix_s && dateOfUnixS(BigInt(row.proven_unix_s)),
  void: (row: Shown) =>
    row.voidAtFreeze || isVoid({ frozenUnixS: Number(row.unix_s), proven: row.proven_height !== null }, Number(row.now_unix_s)),
};
