/** Sessions, and the challenges that were used up to open them. A session belongs to an address; each statement names it. */
import { randomBytes } from 'node:crypto';
import { unauthenticated } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Role, Transaction } from '../pool.ts';
import { rolesOf } from '../pool.ts';
import { hashToken, TOKEN_BYTES } from '../token.ts';
import { readMetersOf } from './chain.ts';

export type Opened = { way: 'wallet' | 'page' } | { way: 'passkey' | 'invite'; credential: string };

export interface SessionRow {
  id: string;
  way: Opened['way'];
  /** name of the passkey that it hangs on */
  passkey: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
  current: boolean;
}

export async function challengeKey(tx: Transaction): Promise<Uint8Array> {
  const [setting] = await tx.query<{ challenge_key: Uint8Array }>((sql) => sql`select challenge_key from access.setting`);
  return setting.challenge_key;
}

/** What an address is here: asked before there is a session. */
export async function rolesOfAddress(tx: Transaction, address: string): Promise<Role[]> {
  const [row] = await tx.query<{ member: boolean; auditor: boolean; operator: boolean }>(
    (sql) => sql`select * from access.roles_of(${address})`,
  );
  return rolesOf(row);
}

/** @throws ApiError where it was used before */
export async function useNonce(tx: Transaction, { nonce, expiresAt }: { nonce: Uint8Array; expiresAt: Date }, address: string) {
  // Kept an hour beyond their end: the database's clock and this process's need not agree.
  await tx.query((sql) => sql`delete from access.nonce where expires_at < now() - interval '1 hour'`);
  const used = await tx.query(
    (sql) => sql`
    insert into access.nonce (nonce, address, expires_at) values (${nonce}, ${address}, ${expiresAt})
    on conflict do nothing returning 1`,
  );
  if (used.length === 0) throw unauthenticated('the challenge was used before: request a new one');
}

export async function makeSession(tx: Transaction, address: string, opened: Opened): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(TOKEN_BYTES);
  const credential = 'credential' in opened ? opened.credential : null;
  await tx.query((sql) => sql`delete from access.session where expires_at < now()`);
  const [{ expires_at: expiresAt }] = await tx.query<{ expires_at: Date }>(
    (sql) => sql`
    insert into access.session (token_hash, address, way, credential, expires_at)
    values (${hashToken(token)}, ${address}, ${opened.way}, ${credential}, now() + ${LIMITS.sessionLifeMs} * interval '1 millisecond')
    returning expires_at`,
  );
  if (opened.way === 'page') await endUnused(tx, address, { way: 'page', kept: LIMITS.pageSessionsPerAddress });
  await endUnused(tx, address, { way: null, kept: LIMITS.sessionsPerAddress });
  return { token: token.toString('base64url'), expiresAt };
}

/** Of an address' sessions, or those of one way, so many stay that were used last; the new one is among them. */
const endUnused = (tx: Transaction, address: string, { way, kept }: { way: Opened['way'] | null; kept: number }): Promise<unknown> =>
  tx.query(
    (sql) => sql`
    delete from access.session where token_hash in (
      select token_hash from access.session where address = ${address} and (${way}::text is null or way = ${way})
      order by last_used_at desc, created_at desc, token_hash offset ${kept})`,
  );

/** For their owner: never a token, nor the hash of one. */
export const readSessions = (tx: Transaction, owner: string, tokenHash: Uint8Array | null): Promise<SessionRow[]> =>
  tx.query<SessionRow>(
    (sql) => sql`
    select s.id, s.way, c.name as passkey, s.created_at, s.last_used_at, s.expires_at, s.token_hash = ${tokenHash}::bytea as current
    from access.session s left join access.credential c on c.id = s.credential and c.address = ${owner}
    where s.address = ${owner} and s.expires_at > now() order by s.created_at desc, s.id`,
  );

/** Ends an address' sessions but the one of a token, of one way or of all. @returns how many */
export async function endOthers(tx: Transaction, owner: string, { but, way }: { but: Uint8Array | null; way: Opened['way'] | null }) {
  const ended = await tx.query(
    (sql) => sql`
    delete from access.session where address = ${owner} and token_hash is distinct from ${but}::bytea
      and (${way}::text is null or way = ${way}) returning 1`,
  );
  return ended.length;
}

/** Ends sessions of an address: one by its name, the one of a token, or all. @returns how many */
export async function endSessions(tx: Transaction, owner: string, which: { id: string } | { tokenHash: Uint8Array | null } | 'all') {
  const ended = await tx.query((sql) => {
    const only = which === 'all' ? sql`` : 'id' in which ? sql`and id = ${which.id}::uuid` : sql`and token_hash = ${which.tokenHash}`;
    return sql`delete from access.session where address = ${owner} ${only} returning 1`;
  });
  return ended.length;
}

export const countSessionsOf = async (tx: Transaction, owner: string, credential: string): Promise<number> => {
  const [{ n }] = await tx.query<{ n: number }>(
    (sql) => sql`select count(*)::int as n from access.session where address = ${owner} and credential = ${credential}::uuid`,
  );
  return n;
};

/** Of sessions, by the hashes of their tokens in hex: those that are still there, with the meters of their addresses. */
export async function readLiveSessions(tx: Transaction, tokenHashes: readonly Uint8Array[]): Promise<Map<string, string[]>> {
  const live = await tx.query<{ token_hash: Uint8Array; address: string }>(
    (sql) =>
      sql`select token_hash, address from access.session where token_hash = any (${tokenHashes as Uint8Array[]}) and expires_at > now()`,
  );
  const meters = await readMetersOf(tx, [...new Set(live.map(({ address }) => address))]);
  return new Map(live.map(({ token_hash, address }) => [Buffer.from(token_hash).toString('hex'), meters.get(address) ?? []]));
}
