/**
 * What a browser answers about a passkey, checked by the rules of WebAuthn: for our host, from our pages, over a challenge of ours, with
 * its person verified (fingerprint, face, PIN). Which challenge it was is handed back, for it is good once.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { badInput, unauthenticated } from '../errors.ts';
import type { ShownPasskey } from '../rows/credentials.ts';
import { type Purpose, readPasskeyChallenge } from './challenge.ts';
import type { PublicOrigin } from './origin.ts';

/** By the time that one is there: the library is large, and most services are asked for a passkey long after they began. */
export const webauthn = () => import('@simplewebauthn/server');

/** EdDSA, ES256, RS256: what authenticators have. The library would add one that Node calls an experiment. */
export const ALGORITHMS = [-8, -7, -257] as const;

/** An answer of a browser has a few hundred bytes. */
const ANSWER_CHARACTERS = 16_384;

interface Expected {
  place: PublicOrigin;
  key: Uint8Array;
  purpose: Purpose;
  nowMs: number;
}

export interface UsedChallenge {
  nonce: Uint8Array;
  expiresAt: Date;
}

interface Answer {
  id: string;
  rawId: string;
  type: string;
  response: Record<string, string>;
}

/** @throws ApiError BAD_USER_INPUT for what is no answer of a browser */
export function parseAnswer(text: string): Answer {
  let answer: Partial<Answer> | null = null;
  try {
    if (text.length <= ANSWER_CHARACTERS) answer = JSON.parse(text);
  } catch {
    // said below
  }
  const { id, response } = answer ?? {};
  if (typeof id !== 'string' || typeof response?.clientDataJSON !== 'string') throw badInput('answer', 'the JSON that a browser answers');
  return answer as Answer;
}

export const idOf = ({ id }: { id: string }): Uint8Array => Buffer.from(id, 'base64url');

/** Reads the challenge that was signed, and keeps it for whoever uses it up. */
function challengeReader({ key, purpose, nowMs }: Expected) {
  const read: { used?: UsedChallenge; expired?: true } = {};
  const isOurs = (text: string): boolean => {
    const found = readPasskeyChallenge(key, purpose, text, nowMs);
    if (found === 'expired') read.expired = true;
    else if (found !== 'not-ours') read.used = found;
    return read.used !== undefined;
  };
  return { read, isOurs };
}

/** Why it does not hold is the library's own sentence, about the browser's answer: it goes to nobody. */
async function holds<T extends { verified: boolean }>(
  expected: Expected,
  verify: (isOurs: (text: string) => boolean) => Promise<T>,
): Promise<{ result: T & { verified: true }; used: UsedChallenge }> {
  const { read, isOurs } = challengeReader(expected);
  const result = await verify(isOurs).catch(() => null);
  if (read.expired) throw unauthenticated('the challenge has expired: request a new one');
  if (!result?.verified || !read.used) throw unauthenticated("the passkey's answer does not hold");
  return { result: result as T & { verified: true }, used: read.used };
}

/** A passkey that was made. @throws ApiError UNAUTHENTICATED */
export async function verifyNew(answer: Answer, expected: Expected) {
  const { verifyRegistrationResponse } = await webauthn();
  const { result, used } = await holds(expected, (isOurs) =>
    verifyRegistrationResponse({
      response: answer as unknown as RegistrationResponseJSON,
      expectedChallenge: isOurs,
      expectedOrigin: expected.place.origin,
      expectedRPID: expected.place.host,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    }),
  );
  const { id, publicKey, counter } = result.registrationInfo.credential;
  return { webauthnId: idOf({ id }), publicKey, signCount: counter, used };
}

/** The use of a passkey that is known. @throws ApiError UNAUTHENTICATED */
export async function verifyUse(answer: Answer, known: ShownPasskey, expected: Expected) {
  const { verifyAuthenticationResponse } = await webauthn();
  const { result, used } = await holds(expected, (isOurs) =>
    verifyAuthenticationResponse({
      response: answer as unknown as AuthenticationResponseJSON,
      expectedChallenge: isOurs,
      expectedOrigin: expected.place.origin,
      expectedRPID: expected.place.host,
      credential: { id: answer.id, publicKey: new Uint8Array(known.public_key), counter: Number(known.sign_count) },
      requireUserVerification: true,
    }),
  );
  return { signCount: result.authenticationInfo.newCounter, used };
}
