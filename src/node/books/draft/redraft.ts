/**
 * Taking a draft back. A redraft draws every mask anew, because a mask belongs to one book hash (protocol §6). From the audit on nothing is
 * taken back: what may have been anchored stays.
 */
import type { Sql, Tx } from '../../db/index.ts';
import { BooksError } from '../errors.ts';

const OPEN = ['frozen', 'drafted', 'proven'];

/** Whether a book in this state can still be taken back. */
export const isOpen = (state: string): boolean => OPEN.includes(state);

/**
 * Takes back the newest book of a day: a correction alone, version 1 together with the drafts of later days that continue it. They are
 * drafted again by themselves. Returns the days taken back. Refused (BooksError not-redraftable) from the audit on.
 */
export const redraftDay = (sql: Sql, day: number): Promise<number[]> => sql.begin((tx) => takeBackDay(tx, day)) as Promise<number[]>;

/** The same within a transaction. */
export async function takeBackDay(tx: Tx, day: number): Promise<number[]> {
  await tx`
    select pg_advisory_xact_lock(hashtext('electra.books.day'), day)
    from (select distinct day from books.day where day >= ${day} order by day) d`;
  const [newest] = await tx<
    { version: number; state: string }[]
  >`select version, state from books.day where day = ${day} order by version desc limit 1`;
  if (!newest) throw new BooksError('not-redraftable', `day ${day} has no book`);
  return newest.version === 1 ? redraftFirst(tx, day) : redraftCorrection(tx, day, newest);
}

async function redraftFirst(tx: Tx, day: number): Promise<number[]> {
  const days = await tx<
    { day: number; state: string }[]
  >`select day, state from books.day where version = 1 and day >= ${day} order by day`;
  const final = days.find(({ state }) => !isOpen(state));
  if (final) throw new BooksError('not-redraftable', `the book of day ${final.day} is ${final.state}: it can no longer change`);
  return takeBack(tx, days, 1);
}

async function redraftCorrection(tx: Tx, day: number, { version, state }: { version: number; state: string }): Promise<number[]> {
  if (!isOpen(state)) throw new BooksError('not-redraftable', `version ${version} of day ${day} is ${state}: it can no longer change`);
  return takeBack(tx, [{ day, state }], version);
}

async function takeBack(tx: Tx, days: readonly { day: number; state: string }[], version: number): Promise<number[]> {
  const taken = days.filter(({ state }) => state !== 'frozen').map((entry) => entry.day);
  await tx`delete from prove.input where version = ${version} and day = any(${taken})`;
  await tx`delete from prove.proof where version = ${version} and day = any(${taken})`;
  await tx`delete from books.entry where version = ${version} and day = any(${taken})`;
  await tx`
    update books.day set state = 'frozen', waiting = null, blocked_by = null, updated_at = now(),
      book = null, book_hash = null, proofs = null, totals_blinding = null, mask_sum = null
    where version = ${version} and day = any(${taken})`;
  return taken;
}
