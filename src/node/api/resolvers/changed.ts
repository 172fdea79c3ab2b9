/** The hints of an open page. They need no transaction: who may be told what was found out when the stream was opened. */
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { clientKey } from '../door/addresses.ts';
import { unauthenticated } from '../errors.ts';
import type { Hint } from '../hints/streams.ts';

export const changed = {
  subscribe(_: unknown, __: unknown, context: Context) {
    const { address, expiresAt } = viewerOf(context);
    const { service, client, tokenHash, meters = [] } = context;
    return service.streams.open({ tokenHash: tokenHash!, address, client: clientKey(client), meters, expiresAt });
  },
  resolve(hint: Hint) {
    if (hint === 'ENDED') throw unauthenticated('the session has ended: sign in again');
    return { topic: hint };
  },
};
