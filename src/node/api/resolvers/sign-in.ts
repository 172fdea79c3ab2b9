/**
 * Sign-in by the wallet's key. The order matters: what is cheap and needs no database is refused first, and only a signature that holds,
 * of an address that is somebody here, writes anything: it uses up the nonce and makes a session.
 */
import { signatureFault } from '../adr36.ts';
import { readHead } from '../chain-head.ts';
import { makeChallenge, readChallenge } from '../challenge.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { clientKey } from '../door/addresses.ts';
import { ApiError, badInput, unauthenticated } from '../errors.ts';
import { bytesOf, checkAddress } from '../forms.ts';
import { sessionCookie } from '../http.ts';
import { LIMITS } from '../limits.ts';
import { challengeKey, endSessions, makeSession, rolesOfAddress, useNonce } from '../rows/sessions.ts';

/** Every step of a sign-in, and every request about a balance, takes a token of its client's bucket. @throws ApiError RATE_LIMITED */
export function limit({ service, client }: Context): void {
  const waitMs = service.limiter.take(clientKey(client), service.now());
  if (waitMs > 0) {
    service.signIns.inc({ outcome: 'rate-limited' });
    throw new ApiError('RATE_LIMITED', `too many attempts: try again in ${Math.ceil(waitMs / 1000)} s`, {
      whole: true,
      retryAfterS: Math.ceil(waitMs / 1000),
    });
  }
}

async function scopeOf(address: string, { tx, service }: Context) {
  const chainId = service.chainId ?? (await readHead(tx, service.now()))?.chainId;
  if (chainId === undefined) throw new ApiError('UNAVAILABLE', 'the index has not begun: try again in a moment');
  return { key: await challengeKey(tx), scope: { address, service: service.name, chainId } };
}

export async function requestChallenge(_: unknown, { address }: { address: string }, context: Context) {
  limit(context);
  checkAddress(address);
  const { key, scope } = await scopeOf(address, context);
  return makeChallenge(key, scope, context.service.now());
}

interface SignInArgs {
  address: string;
  pubKey: string;
  signature: string;
  challenge: string;
  cookie?: boolean | null;
}

/** One try to sign in, whichever way: limited, and counted by how it ended. */
export async function counted<T>(context: Context, tried: () => Promise<T>): Promise<T> {
  limit(context);
  try {
    const result = await tried();
    context.service.signIns.inc({ outcome: 'accepted' });
    return result;
  } catch (error) {
    context.service.signIns.inc({ outcome: error instanceof ApiError ? 'refused' : 'failed' });
    throw error;
  }
}

export const signIn = (_: unknown, args: SignInArgs, context: Context) =>
  counted(context, async () => {
    const session = await openSession(args, context);
    if (!args.cookie) return session;
    context.setCookie(sessionCookie(session.token, LIMITS.sessionLifeMs));
    return { ...session, token: null };
  });

async function openSession({ address, pubKey, signature, challenge }: SignInArgs, context: Context) {
  checkAddress(address);
  const publicKey = bytesOf(pubKey, 'pubKey', 33);
  const signed = bytesOf(signature, 'signature', 64);
  const { key, scope } = await scopeOf(address, context);
  const read = readChallenge(key, scope, challenge, context.service.now());
  if (read === 'expired') throw unauthenticated('the challenge has expired: request a new one');
  if (read === 'not-ours') throw unauthenticated('the challenge is not one of this service for this address and chain');
  const fault = signatureFault({ address, publicKey, signature: signed, text: challenge });
  if (fault === 'public-key') throw badInput('pubKey', 'a compressed secp256k1 public key');
  if (fault === 'address') throw unauthenticated('the public key does not belong to the address');
  if (fault === 'signature') throw unauthenticated('the signature does not hold');
  const roles = await rolesOfAddress(context.tx, address);
  if (roles.length === 0) throw new ApiError('FORBIDDEN', 'this address is no member, auditor or operator here');
  await useNonce(context.tx, read, address);
  return { ...(await makeSession(context.tx, address, { way: 'wallet' })), address, roles };
}

/**
 * For whoever is signed in by a token already: a page is given a session of its own, in the place of the one that this browser has, which
 * nobody could use again.
 */
export async function openPageSession(_: unknown, __: unknown, context: Context) {
  const { address, roles } = viewerOf(context);
  const { pageHash, tokenHash } = context;
  if (pageHash && tokenHash && !Buffer.from(pageHash).equals(tokenHash)) await endSessions(context.tx, address, { tokenHash: pageHash });
  const { token, expiresAt } = await makeSession(context.tx, address, { way: 'page' });
  context.setCookie(sessionCookie(token, LIMITS.sessionLifeMs));
  return { token: null, expiresAt, address, roles };
}

export async function signOut(_: unknown, { everywhere }: { everywhere?: boolean | null }, context: Context): Promise<number> {
  const { address } = viewerOf(context);
  context.setCookie(sessionCookie('', 0));
  return endSessions(context.tx, address, everywhere ? 'all' : { tokenHash: context.tokenHash });
}
