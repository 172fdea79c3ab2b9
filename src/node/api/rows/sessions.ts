/** Sessions of an address, for its owner: when and how each began, when it was used. Never a token, nor the hash of one. */
import type { Transaction } from '../pool.ts';

export interface SessionRow {
  id: string;
  way: string;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
  current: boolean;
}

export const readSessions = (tx: Transaction, address: string, tokenHash: Uint8Array | null): Promise<SessionRow[]> =>
  tx.query<SessionRow>(
    (sql) => sql`
    select id, way, created_at, last_used_at, expires_at, token_hash = ${tokenHash}::bytea as current
    from access.session where address = ${address} and expires_at > now() order by created_at desc, id`,
  );

/** Whether there was such a session of the address. */
export async function deleteSession(tx: Transaction, address: string, id: string): Promise<boolean> {
  const ended = await tx.query((sql) => sql`delete from access.session where address = ${address} and id = ${id}::uuid returning 1`);
  return ended.length > 0;
}
