/**
 * How far what moved to and from the treasury is read and posted: a round reads on from there, in the same transaction as it posts. What
 * stands in `books.main_reading` only saves work. A journal is posted once, so reading again is safe at any time, and is done whenever
 * it may be needed: all of it at the start of the process, where other accounts were the treasury than when it was read, and of an
 * account that is linked since; and as much of it as an index reaches that is found behind, made anew or restored.
 */
import type { Sql, Tx } from '../db/index.ts';
import { type Term, termsAt } from './treasuries.ts';

export interface Move {
  txHash: string;
  /** of the message, in its transaction */
  index: number;
  sender: string;
  receiver: string;
  amountNel: bigint;
  /** of a PayMember, else null */
  counter: bigint | null;
  height: number;
  unixS: number;
}

interface Mark {
  height: number;
  treasuries: string;
}

/** Where a round begins. */
export interface From {
  /** as the database had it */
  mark: Mark | null;
  /** moves above this block are read */
  height: number;
  /** linked since: all of their moves are read */
  accounts: string[];
}

export interface Reading {
  from: From;
  terms: readonly Term[];
  /** oldest first */
  moves: readonly Move[];
  /** up to this block; 0 where the index does not say */
  height: number;
}

const named = (terms: readonly Term[], height: number): string => JSON.stringify(termsAt(terms, height));

async function markOf(sql: Sql | Tx, mainChainId: string): Promise<Mark | null> {
  const [mark] = await sql<Mark[]>`select height, treasuries from books.main_reading where main_chain_id = ${mainChainId}`;
  return mark ?? null;
}

/** Has the next round read all there is: a process that starts may have another index before it, or be another version. */
export const forgetRead = (sql: Sql, mainChainId: string) => sql`
  update books.main_reading set height = 0, treasuries = '[]' where main_chain_id = ${mainChainId}`;

export async function readFrom(sql: Sql, { mainChainId, terms }: { mainChainId: string; terms: readonly Term[] }): Promise<From> {
  const mark = await markOf(sql, mainChainId);
  const unread = await sql<{ account: string }[]>`
    select account from books.account_link
    where main_chain_id = ${mainChainId} and since_posting is not null and not moves_read order by account`;
  const goesOn = mark !== null && mark.treasuries === named(terms, mark.height);
  return { mark, height: goesOn ? mark.height : 0, accounts: unread.map(({ account }) => account) };
}

/** Whether nobody has posted since the reading began. Under the lock of balances. */
export async function isNext(tx: Tx, { from: { mark } }: Reading, mainChainId: string): Promise<boolean> {
  const now = await markOf(tx, mainChainId);
  return now?.height === mark?.height && now?.treasuries === mark?.treasuries;
}

const write = (tx: Tx, { terms, height }: Reading, mainChainId: string) => tx`
  insert into books.main_reading (main_chain_id, height, treasuries) values (${mainChainId}, ${height}, ${named(terms, height)})
  on conflict (main_chain_id) do update set height = excluded.height, treasuries = excluded.treasuries`;

/** With what was posted of it. */
export async function noteRead(tx: Tx, reading: Reading, mainChainId: string): Promise<void> {
  const { from } = reading;
  if (from.mark?.height !== reading.height || from.mark.treasuries !== named(reading.terms, reading.height))
    await write(tx, reading, mainChainId);
  if (from.accounts.length > 0)
    await tx`
      update books.account_link set moves_read = true where main_chain_id = ${mainChainId} and account = any(${from.accounts})
        and since_posting is not null`;
}

/** An index that is behind what was read from it is another one: from where it is, it is read again. */
export async function noteBehind(tx: Tx, reading: Reading, mainChainId: string): Promise<void> {
  if (reading.from.mark && reading.height < reading.from.mark.height) await write(tx, reading, mainChainId);
}
