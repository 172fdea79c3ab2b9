/**
 * The operator's list of members: who is behind a wallet address. Never on the chain; written with a connection of the books or the owner.
 */
import type { Sql } from '../db/index.ts';
import { BooksError } from './errors.ts';
import { meters } from './intake/chain-view.ts';

export interface Member {
  /** bech32 wallet address, as enrolled on the chain */
  address: string;
  name: string;
}

export const members = (sql: Sql): Promise<Member[]> => sql<Member[]>`select address, name from books.member order by address`;

/** @throws BooksError name-taken */
export async function assertNameFree(sql: Sql, { address, name }: Member): Promise<void> {
  const [other] = await sql<{ address: string }[]>`select address from books.member where name = ${name} and address <> ${address}`;
  if (other) throw new BooksError('name-taken', `${name} belongs to ${other.address} already`);
}

/** Enters a member, or gives it another name. @throws BooksError name-taken */
export async function nameMember(sql: Sql, { address, name }: Member): Promise<void> {
  await assertNameFree(sql, { address, name });
  await sql`
    insert into books.member (address, name) values (${address}, ${name})
    on conflict (address) do update set name = excluded.name`;
}

/** Enters many; a member that has a name keeps it. */
export async function enterMembers(sql: Sql, list: readonly Member[]): Promise<void> {
  await sql`
    insert into books.member ${sql(list.map(({ address, name }) => ({ address, name })))}
    on conflict (address) do nothing`;
}

export interface EnrolledMeter {
  meter: string;
  /** wallet address */
  member: string;
  /** null where the operator's list does not have it */
  name: string | null;
  firstDay: number;
  lastDay: number | null;
  maxWhPerSlot: number;
  validator: boolean;
}

export const enrolledMeters = (sql: Sql): Promise<EnrolledMeter[]> => sql<EnrolledMeter[]>`
  select m.meter, m.member, b.name, m.first_day as "firstDay", m.last_day as "lastDay", m.max_wh_per_slot as "maxWhPerSlot",
    m.validator
  from ${meters(sql)} m left join books.member b on b.address = m.member
  order by m.address`;
