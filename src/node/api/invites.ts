/**
 * Invitations, as the operator makes them: with a role of the database that can do nothing else. A code is 16 random bytes, kept by whoever
 * is handed the letter; here is its hash. One is good once, for one address, for fourteen days, and a new one withdraws the one before.
 */
import { createHash, randomBytes } from 'node:crypto';
import { addressBytes } from '../../protocol/values/address.ts';
import type { Sql } from '../db/connect.ts';
import { LIMITS } from './limits.ts';

export interface MadeInvite {
  /** for the letter alone */
  code: string;
  expiresAt: Date;
}

export interface KnownInvite {
  address: string;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
  withdrawnAt: Date | null;
}

/** @throws ProtocolError when it is no address */
export async function makeInvite(inviter: Sql, address: string): Promise<MadeInvite> {
  addressBytes(address, 'address');
  const code = randomBytes(16);
  const codeHash = createHash('sha256').update(code).digest();
  return inviter.begin(async (tx) => {
    await tx`update access.invite set withdrawn_at = now() where address = ${address} and used_at is null and withdrawn_at is null`;
    const [{ expires_at: expiresAt }] = await tx<{ expires_at: Date }[]>`
      insert into access.invite (code_hash, address, expires_at)
      values (${codeHash}, ${address}, now() + ${LIMITS.inviteLifeMs} * interval '1 millisecond') returning expires_at`;
    return { code: code.toString('base64url'), expiresAt };
  });
}

/** Newest first. */
export const knownInvites = (inviter: Sql): Promise<KnownInvite[]> =>
  inviter<KnownInvite[]>`
    select address, created_at as "createdAt", expires_at as "expiresAt", used_at as "usedAt", withdrawn_at as "withdrawnAt"
    from access.invite order by created_at desc, id`.then((rows) => [...rows]);

/** @returns how many were still open */
export async function withdrawInvites(inviter: Sql, address: string): Promise<number> {
  const withdrawn = await inviter`
    update access.invite set withdrawn_at = now()
    where address = ${address} and used_at is null and withdrawn_at is null and expires_at > now() returning id`;
  return withdrawn.length;
}
