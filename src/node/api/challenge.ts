/**
 * The text a wallet signs to sign in. It says in words what it is for, and binds address, service, chain, a nonce and five minutes.
 *
 * The service authenticates it with an HMAC instead of storing it: whoever floods the service with requests for challenges fills no table,
 * and nobody can use up another's. What is stored is a nonce once its signature was accepted; it stays until the challenge is long expired,
 * so each challenge signs in once.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LIMITS } from './limits.ts';

export interface ChallengeScope {
  address: string;
  /** The name of this service, as shown to the person who signs. */
  service: string;
  chainId: string;
}

const NONCE_BYTES = 24;

function body({ address, service, chainId }: ChallengeScope, nonce: string, issued: string, expires: string): string {
  return [
    'Sign in to Electra. This signature moves no money and gives no right but to read.',
    '',
    `Service: ${service}`,
    `Chain: ${chainId}`,
    `Address: ${address}`,
    `Nonce: ${nonce}`,
    `Issued: ${issued}`,
    `Expires: ${expires}`,
  ].join('\n');
}

const seal = (key: Uint8Array, text: string): string =>
  createHmac('sha256', key).update('electra/challenge/v1').update(text).digest('base64url');

/** A fresh challenge. `key` is 32 bytes, the service's own. */
export function makeChallenge(key: Uint8Array, scope: ChallengeScope, nowMs: number): { text: string; expiresAt: Date } {
  const expiresAt = new Date(nowMs + LIMITS.challengeLifeMs);
  const text = body(scope, randomBytes(NONCE_BYTES).toString('base64url'), new Date(nowMs).toISOString(), expiresAt.toISOString());
  return { text: `${text}\nCheck: ${seal(key, text)}`, expiresAt };
}

export type ChallengeFault = 'not-ours' | 'expired';

/**
 * Reads a challenge that this service made for `scope`, or says why it is none. Every line is recomputed, so there is one spelling only.
 */
export function readChallenge(
  key: Uint8Array,
  scope: ChallengeScope,
  text: string,
  nowMs: number,
): { nonce: Uint8Array; expiresAt: Date } | ChallengeFault {
  const found = /\nNonce: ([A-Za-z0-9_-]{32})\nIssued: (\S{24})\nExpires: (\S{24})\nCheck: (\S{43})$/.exec(text);
  if (!found) return 'not-ours';
  const [, nonce, issued, expires, check] = found;
  const expected = body(scope, nonce, issued, expires);
  const mac = Buffer.from(seal(key, expected));
  if (!timingSafeEqual(mac, Buffer.from(check).subarray(0, mac.length)) || text !== `${expected}\nCheck: ${check}`) return 'not-ours';
  const expiresAt = new Date(expires);
  if (nowMs >= expiresAt.getTime() || nowMs < new Date(issued).getTime() - LIMITS.challengeLifeMs) return 'expired';
  return { nonce: Buffer.from(nonce, 'base64url'), expiresAt };
}
