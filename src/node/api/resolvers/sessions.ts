/** Own sessions: who signed in as oneself, where and when, and how to end one of them. */
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { LIMITS } from '../limits.ts';
import { endOthers, endSessions, type Opened, readSessions, type SessionRow } from '../rows/sessions.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const ownSessions = (_: unknown, context: Context): Promise<SessionRow[]> =>
  readSessions(context.tx, viewerOf(context).address, context.tokenHash);

/** What is no id, or another's, is no session of one's own: the answer is the same. */
export const endSession = async (_: unknown, { id }: { id: string }, context: Context): Promise<boolean> =>
  ID.test(id) && (await endSessions(context.tx, viewerOf(context).address, { id })) > 0;

export const endOtherSessions = (_: unknown, { way }: { way?: string | null }, context: Context): Promise<number> =>
  endOthers(context.tx, viewerOf(context).address, {
    but: context.tokenHash,
    way: way == null ? null : (way.toLowerCase() as Opened['way']),
  });

export const sessionsMost = (): number => LIMITS.sessionsPerAddress;
export const pageSessionsMost = (): number => LIMITS.pageSessionsPerAddress;

export const OwnSession = {
  way: (row: SessionRow) => row.way.toUpperCase(),
  createdAt: (row: SessionRow) => row.created_at,
  lastUsedAt: (row: SessionRow) => row.last_used_at,
  expiresAt: (row: SessionRow) => row.expires_at,
};
