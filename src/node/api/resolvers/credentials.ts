/** What a viewer is shown of the ways to sign in: own passkeys and invitations, beside the sessions, so that nobody comes in unseen. */
import type { PageArgs } from '../connection.ts';
import { page } from '../connection.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { LIMITS } from '../limits.ts';
import type { InviteRow, PasskeyRow } from '../rows/credentials.ts';
import { readInvites, readPasskeys } from '../rows/credentials.ts';

export const ownPasskeys = (context: Context) => readPasskeys(context.tx, viewerOf(context).address);
export const ownInvites = (context: Context) => readInvites(context.tx, { owner: viewerOf(context).address, limit: LIMITS.invitesShown });

export const invites = (_: unknown, args: PageArgs, { tx }: Context) =>
  page<InviteRow>(args, {
    shape: ['text', 'text'],
    keyOf: ({ at, id }) => [at, id],
    read: (after, limit) => readInvites(tx, { owner: null, after, limit }),
  });

export const Passkey = {
  byInvite: (row: PasskeyRow) => row.by_invite,
  createdAt: (row: PasskeyRow) => row.created_at,
  lastUsedAt: (row: PasskeyRow) => row.last_used_at,
};

export const Invite = {
  createdAt: (row: InviteRow) => row.created_at,
  expiresAt: (row: InviteRow) => row.expires_at,
  usedAt: (row: InviteRow) => row.used_at,
  withdrawnAt: (row: InviteRow) => row.withdrawn_at,
};
