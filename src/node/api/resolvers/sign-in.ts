/**
 * Sign-in by the wallet's key. The order matters: what is cheap and needs no database is refused first, and only a signature that holds,
 * of an address that is somebody here, writes anything: it uses up the nonce and makes a session.
 */
import { randomBytes } from 'node:crypto';
import { addressBytes } from '../../../protocol/values/address.ts';
import { signatureFault } from '../adr36.ts';
import { readHead } from '../chain-head.ts';
import { makeChallenge, readChallenge } from '../challenge.ts';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { clientKey } from '../door/addresses.ts';
import { ApiError, badInput, unauthenticated } from '../errors.ts';
import { sessionCookie } from '../http.ts';
import { LIMITS } from '../limits.ts';
import { rolesOf } from '../pool.ts';
import { hashToken, TOKEN_BYTES } from '../token.ts';

function limit({ service, client }: Context): void {
  const waitMs = service.limiter.take(clientKey(client), service.now());
  if (waitMs > 0) {
    service.signIns.inc({ outcome: 'rate-limited' });
    throw new ApiError('RATE_LIMITED', `too many sign-in attempts: try again in ${Math.ceil(waitMs / 1000)} s`, {
      whole: true,
      retryAfterS: Math.ceil(waitMs / 1000),
    });
  }
}

function checkAddress(address: string): void {
  try {
    addressBytes(address, 'address');
  } catch {
    throw badInput('address', 'a bech32 address "electra1…" in lower case');
  }
}

function base64(value: string, field: string, length: number): Uint8Array {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== length || bytes.toString('base64') !== value) throw badInput(field, `${length} bytes in base64`);
  return bytes;
}

async function scopeOf(address: string, { tx, service }: Context) {
  const [setting] = await tx.query<{ challenge_key: Uint8Array }>((sql) => sql`select challenge_key from access.setting`);
  const chainId = service.chainId ?? (await readHead(tx, service.now()))?.chainId;
  if (chainId === undefined) throw new ApiError('UNAVAILABLE', 'the index has not begun: try again in a moment');
  return { key: setting.challenge_key, scope: { address, service: service.name, chainId } };
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

export async function signIn(_: unknown, args: SignInArgs, context: Context) {
  limit(context);
  try {
    const session = await openSession(args, context);
    context.service.signIns.inc({ outcome: 'accepted' });
    if (!args.cookie) return session;
    context.setCookie(sessionCookie(session.token, LIMITS.sessionLifeMs));
    return { ...session, token: null };
  } catch (error) {
    context.service.signIns.inc({ outcome: error instanceof ApiError ? 'refused' : 'failed' });
    throw error;
  }
}

async function openSession({ address, pubKey, signature, challenge }: SignInArgs, context: Context) {
  checkAddress(address);
  const publicKey = base64(pubKey, 'pubKey', 33);
  const signed = base64(signature, 'signature', 64);
  const { key, scope } = await scopeOf(address, context);
  const read = readChallenge(key, scope, challenge, context.service.now());
  if (read === 'expired') throw unauthenticated('the challenge has expired: request a new one');
  if (read === 'not-ours') throw unauthenticated('the challenge is not one of this service for this address and chain');
  const fault = signatureFault({ address, publicKey, signature: signed, text: challenge });
  if (fault === 'public-key') throw badInput('pubKey', 'a compressed secp256k1 public key');
  if (fault === 'address') throw unauthenticated('the public key does not belong to the address');
  if (fault === 'signature') throw unauthenticated('the signature does not hold');
  const [row] = await context.tx.query<{ member: boolean; auditor: boolean; operator: boolean }>(
    (sql) => sql`select * from access.roles_of(${address})`,
  );
  const roles = rolesOf(row);
  if (roles.length === 0) throw new ApiError('FORBIDDEN', 'this address is no member, auditor or operator here');
  await useNonce(read, address, context);
  return { ...(await makeSession({ address, way: 'wallet' }, context)), address, roles };
}

async function useNonce({ nonce, expiresAt }: { nonce: Uint8Array; expiresAt: Date }, address: string, { tx }: Context): Promise<void> {
  // Kept an hour beyond their end: the database's clock and this process's need not agree.
  await tx.query((sql) => sql`delete from access.nonce where expires_at < now() - interval '1 hour'`);
  const used = await tx.query(
    (sql) => sql`
    insert into access.nonce (nonce, address, expires_at) values (${nonce}, ${address}, ${expiresAt})
    on conflict do nothing returning 1`,
  );
  if (used.length === 0) throw unauthenticated('the challenge was used before: request a new one');
}

type Way = 'wallet' | 'page';

async function makeSession({ address, way }: { address: string; way: Way }, { tx }: Context) {
  const token = randomBytes(TOKEN_BYTES);
  await tx.query((sql) => sql`delete from access.session where expires_at < now()`);
  const [{ expires_at: expiresAt }] = await tx.query<{ expires_at: Date }>(
    (sql) => sql`
    insert into access.session (token_hash, address, way, expires_at)
    values (${hashToken(token)}, ${address}, ${way}, now() + ${LIMITS.sessionLifeMs} * interval '1 millisecond') returning expires_at`,
  );
  await tx.query(
    (sql) => sql`
    delete from access.session where token_hash in (
      select token_hash from access.session where address = ${address}
      order by created_at desc, token_hash offset ${LIMITS.sessionsPerAddress})`,
  );
  return { token: token.toString('base64url'), expiresAt };
}

/** For whoever is signed in by a token already: a page is given a session of its own. */
export async function openPageSession(_: unknown, __: unknown, context: Context) {
  const { address, roles } = viewerOf(context);
  const { token, expiresAt } = await makeSession({ address, way: 'page' }, context);
  context.setCookie(sessionCookie(token, LIMITS.sessionLifeMs));
  return { token: null, expiresAt, address, roles };
}

export async function signOut(_: unknown, { everywhere }: { everywhere?: boolean | null }, context: Context): Promise<number> {
  const { address } = viewerOf(context);
  context.setCookie(sessionCookie('', 0));
  const ended = await context.tx.query(
    (sql) => sql`
    delete from access.session where address = ${address} ${everywhere ? sql`` : sql`and token_hash = ${context.tokenHash}`} returning 1`,
  );
  return ended.length;
}
