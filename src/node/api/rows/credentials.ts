/**
 * Passkeys and invitations. Lists name their owner, besides the policies of the tables; a sign-in asks a function of the
 * database about the one passkey, or the one invitation, that was shown (migrations).
 */
import type { Transaction } from '../pool.ts';
import type { Key } from './chain.ts';

export interface PasskeyRow {
  id: string;
  webauthn_id: Uint8Array;
  name: string;
  by_invite: boolean;
  created_at: Date;
  last_used_at: Date | null;
}

export interface NewPasskey {
  webauthnId: Uint8Array;
  publicKey: Uint8Array;
  signCount: number;
  name: string;
}

export interface ShownPasskey {
  id: string;
  address: string;
  public_key: Uint8Array;
  sign_count: bigint;
}

export interface InviteRow {
  id: string;
  address: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
  withdrawn_at: Date | null;
  /** `created_at` in microseconds, as text: what a list is ordered by */
  at: string;
}

export const readPasskeys = (tx: Transaction, owner: string): Promise<PasskeyRow[]> =>
  tx.query<PasskeyRow>(
    (sql) => sql`
    select id, webauthn_id, name, by_invite, created_at, last_used_at from access.credential where address = ${owner}
    order by created_at, id`,
  );

/** @returns its name here; null where that passkey is somebody's already */
export async function addPasskey(tx: Transaction, owner: string, { webauthnId, publicKey, signCount, name }: NewPasskey) {
  const [added] = await tx.query<{ id: string }>(
    (sql) => sql`
    insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
    values (${owner}, ${webauthnId}, ${publicKey}, ${signCount}, ${name}, false) on conflict do nothing returning id`,
  );
  return added?.id ?? null;
}

export async function removePasskey(tx: Transaction, owner: string, id: string): Promise<boolean> {
  const removed = await tx.query((sql) => sql`delete from access.credential where address = ${owner} and id = ${id}::uuid returning id`);
  return removed.length > 0;
}

export async function findPasskey(tx: Transaction, webauthnId: Uint8Array): Promise<ShownPasskey | null> {
  const [found] = await tx.query<ShownPasskey>((sql) => sql`select * from access.passkey(${webauthnId})`);
  return found ?? null;
}

/** @returns false: it has not counted on since */
export async function usePasskey(tx: Transaction, id: string, signCount: number): Promise<boolean> {
  const [{ used }] = await tx.query<{ used: boolean }>((sql) => sql`select access.use_passkey(${id}::uuid, ${signCount}) as used`);
  return used;
}

export async function findInvite(tx: Transaction, codeHash: Uint8Array): Promise<{ address: string; expires_at: Date } | null> {
  const [found] = await tx.query<{ address: string; expires_at: Date }>((sql) => sql`select * from access.invited(${codeHash})`);
  return found ?? null;
}

/** Uses an invitation up and gives its address the passkey. @returns null: there is no such invitation (any more) */
export async function redeemInvite(tx: Transaction, codeHash: Uint8Array, { webauthnId, publicKey, signCount, name }: NewPasskey) {
  const [added] = await tx.query<{ id: string; address: string }>(
    (sql) => sql`select * from access.redeem(${codeHash}, ${webauthnId}, ${publicKey}, ${signCount}, ${name})`,
  );
  return added ?? null;
}

const INVITE =
  'id, address, created_at, expires_at, used_at, withdrawn_at, floor(extract(epoch from created_at) * 1000000)::bigint::text as at';

export const readInvites = (tx: Transaction, { owner, after, limit }: { owner: string | null; after?: Key | null; limit: number }) =>
  tx.query<InviteRow>((sql) => {
    const own = owner === null ? sql`true` : sql`address = ${owner}`;
    const rest = after ? sql`where (at::bigint, id) < (${after[0]}::bigint, ${after[1]}::uuid)` : sql``;
    return sql`
    select * from (select ${sql.unsafe(INVITE)} from access.invite where ${own}) i ${rest}
    order by at::bigint desc, id desc limit ${limit}`;
  });
