/**
 * The challenge of a passkey. Like the text that a wallet signs, the service authenticates it instead of storing it: a nonce, its end, and
 * an HMAC over both and what it is for. Browser and authenticator sign it unread, and bring it back whole.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ChallengeFault } from '../challenge.ts';
import { LIMITS } from '../limits.ts';

/** A challenge for signing in is none for adding a passkey, and one for an address is none for another. */
export type Purpose = 'sign-in' | `add ${string}`;

const NONCE_BYTES = 24;
const END_BYTES = 6;
const MAC_BYTES = 32;

const seal = (key: Uint8Array, purpose: Purpose, body: Uint8Array): Buffer =>
  createHmac('sha256', key).update('electra/passkey/v1').update(purpose).update('\0').update(body).digest();

export function makePasskeyChallenge(
  key: Uint8Array,
  purpose: Purpose,
  nowMs: number,
): { challenge: Uint8Array<ArrayBuffer>; expiresAt: Date } {
  const endMs = nowMs + LIMITS.challengeLifeMs;
  const body = Buffer.concat([randomBytes(NONCE_BYTES), Buffer.alloc(END_BYTES)]);
  body.writeUIntBE(endMs, NONCE_BYTES, END_BYTES);
  return { challenge: new Uint8Array([...body, ...seal(key, purpose, body)]), expiresAt: new Date(endMs) };
}

/** Reads a challenge that this service made for `purpose`, or says why it is none. @param text base64url, as browsers give it back */
export function readPasskeyChallenge(
  key: Uint8Array,
  purpose: Purpose,
  text: string,
  nowMs: number,
): { nonce: Uint8Array; expiresAt: Date } | ChallengeFault {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== NONCE_BYTES + END_BYTES + MAC_BYTES) return 'not-ours';
  const body = bytes.subarray(0, NONCE_BYTES + END_BYTES);
  if (!timingSafeEqual(bytes.subarray(body.length), seal(key, purpose, body))) return 'not-ours';
  const endMs = body.readUIntBE(NONCE_BYTES, END_BYTES);
  if (nowMs >= endMs) return 'expired';
  return { nonce: body.subarray(0, NONCE_BYTES), expiresAt: new Date(endMs) };
}
