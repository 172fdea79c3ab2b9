/**
 * Passkeys: made inside a session or by an invitation, used to sign in. As with keys, what is cheap is refused first, and only an answer
 * that holds writes anything: it uses up the challenge.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Context } from '../context.ts';
import { viewerOf } from '../context.ts';
import { ApiError, badInput, notFound, unauthenticated } from '../errors.ts';
import { sessionCookie } from '../http.ts';
import { LIMITS } from '../limits.ts';
import { makePasskeyChallenge } from '../passkeys/challenge.ts';
import type { PublicOrigin } from '../passkeys/origin.ts';
import { ALGORITHMS, idOf, parseAnswer, verifyNew, verifyUse, webauthn } from '../passkeys/verify.ts';
import { readName } from '../rows/account.ts';
import * as rows from '../rows/credentials.ts';
import { challengeKey, countSessionsOf, makeSession, rolesOfAddress, useNonce } from '../rows/sessions.ts';
import { counted, limit } from './sign-in.ts';

const CODE_BYTES = 16;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function placeOf({ service }: Context): PublicOrigin {
  if (!service.place) throw new ApiError('NOT_FOUND', 'passkeys are not offered here: the service does not say where its pages are');
  return service.place;
}

/** SHA-256 of an invitation's code. @throws ApiError for what is none */
function codeHashOf(code: string): Uint8Array {
  const bytes = Buffer.from(code, 'base64url');
  if (bytes.length !== CODE_BYTES || bytes.toString('base64url') !== code) throw noInvite();
  return createHash('sha256').update(bytes).digest();
}

const noInvite = (): ApiError => notFound('this invitation is unknown, used already, withdrawn, or too old: ask the operator for another');

/** For whom a passkey is made: whoever is signed in, or whom the invitation names. */
async function ownerOf(invite: string | null | undefined, context: Context): Promise<string> {
  if (invite == null) return viewerOf(context).address;
  const found = await rows.findInvite(context.tx, codeHashOf(invite));
  if (!found) throw noInvite();
  return found.address;
}

const expectedOf = async (context: Context, purpose: 'sign-in' | `add ${string}`) => ({
  place: placeOf(context),
  key: await challengeKey(context.tx),
  purpose,
  nowMs: context.service.now(),
});

export async function requestPasskey(_: unknown, __: unknown, context: Context) {
  limit(context);
  const { place, key, purpose, nowMs } = await expectedOf(context, 'sign-in');
  const { challenge, expiresAt } = makePasskeyChallenge(key, purpose, nowMs);
  const { generateAuthenticationOptions } = await webauthn();
  const options = await generateAuthenticationOptions({
    rpID: place.host,
    challenge,
    userVerification: 'required',
    timeout: LIMITS.challengeLifeMs,
  });
  return { options: JSON.stringify(options), host: place.host, expiresAt };
}

interface SignInArgs {
  answer: string;
  cookie?: boolean | null;
}

export const signInByPasskey = (_: unknown, { answer, cookie }: SignInArgs, context: Context) =>
  counted(context, async () => {
    const expected = await expectedOf(context, 'sign-in');
    const given = parseAnswer(answer);
    const known = await rows.findPasskey(context.tx, idOf(given));
    if (!known) throw unauthenticated('this passkey is not known here, or was removed');
    const { signCount, used } = await verifyUse(given, known, expected);
    const roles = await rolesOfAddress(context.tx, known.address);
    if (roles.length === 0) throw new ApiError('FORBIDDEN', 'this address is no member, auditor or operator here');
    await useNonce(context.tx, used, known.address);
    if (!(await rows.usePasskey(context.tx, known.id, signCount)))
      throw unauthenticated('this passkey was used elsewhere meanwhile: there may be a copy of it');
    const session = await makeSession(context.tx, known.address, { way: 'passkey', credential: known.id });
    const shown = { ...session, address: known.address, roles };
    if (!cookie) return shown;
    context.setCookie(sessionCookie(session.token, LIMITS.sessionLifeMs));
    return { ...shown, token: null };
  });

export async function openInvite(_: unknown, { code }: { code: string }, context: Context) {
  limit(context);
  const found = await rows.findInvite(context.tx, codeHashOf(code));
  if (!found) throw noInvite();
  return { address: found.address, expiresAt: found.expires_at };
}

export async function requestNewPasskey(_: unknown, { invite }: { invite?: string | null }, context: Context) {
  limit(context);
  const owner = await ownerOf(invite, context);
  const { place, key, purpose, nowMs } = await expectedOf(context, `add ${owner}`);
  const { challenge, expiresAt } = makePasskeyChallenge(key, purpose, nowMs);
  const { generateRegistrationOptions } = await webauthn();
  const options = await generateRegistrationOptions({
    rpName: context.service.name,
    rpID: place.host,
    userName: (await readName(context.tx, owner)) ?? owner,
    userID: new Uint8Array(createHmac('sha256', key).update('electra/passkey-user/v1').update(owner).digest()),
    challenge,
    timeout: LIMITS.challengeLifeMs,
    attestationType: 'none',
    supportedAlgorithmIDs: [...ALGORITHMS],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    // none of an invitation's: whoever holds the letter is told nothing of what there is
    excludeCredentials: (invite == null ? await rows.readPasskeys(context.tx, owner) : []).map(({ webauthn_id }) => ({
      id: Buffer.from(webauthn_id).toString('base64url'),
    })),
  });
  return { options: JSON.stringify(options), host: place.host, expiresAt };
}

interface AddArgs {
  answer: string;
  name: string;
  invite?: string | null;
}

export const addPasskey = (_: unknown, { answer, name, invite }: AddArgs, context: Context) =>
  counted(context, async () => {
    const owner = await ownerOf(invite, context);
    const called = name.trim();
    if (called.length < 1 || called.length > 60) throw badInput('name', '1 to 60 characters');
    const { used, ...made } = await verifyNew(parseAnswer(answer), await expectedOf(context, `add ${owner}`));
    const passkey = { ...made, name: called };
    await useNonce(context.tx, used, owner);
    return invite == null ? add(owner, passkey, context) : redeem(codeHashOf(invite), passkey, context);
  });

async function add(owner: string, passkey: rows.NewPasskey, { tx }: Context) {
  if ((await rows.readPasskeys(tx, owner)).length >= LIMITS.passkeysPerAddress)
    throw badInput('name', `at most ${LIMITS.passkeysPerAddress} passkeys of an address: remove one first`);
  const id = await rows.addPasskey(tx, owner, passkey);
  if (id === null) throw badInput('answer', 'a passkey that is not added yet');
  return { id, address: owner, signedIn: false };
}

async function redeem(codeHash: Uint8Array, passkey: rows.NewPasskey, context: Context) {
  if (await rows.findPasskey(context.tx, passkey.webauthnId)) throw badInput('answer', 'a passkey that is not added yet');
  const added = await rows.redeemInvite(context.tx, codeHash, passkey);
  if (!added) throw noInvite();
  const signedIn = (await rolesOfAddress(context.tx, added.address)).length > 0;
  if (signedIn) {
    const { token } = await makeSession(context.tx, added.address, { way: 'invite', credential: added.id });
    context.setCookie(sessionCookie(token, LIMITS.sessionLifeMs));
  }
  return { ...added, signedIn };
}

const nameOf = (id: string): string => {
  if (!UUID.test(id)) throw notFound('there is no such thing of yours');
  return id;
};

export async function removePasskey(_: unknown, { id }: { id: string }, context: Context): Promise<number> {
  const { address } = viewerOf(context);
  const sessions = await countSessionsOf(context.tx, address, nameOf(id));
  if (!(await rows.removePasskey(context.tx, address, id))) throw notFound('you have no such passkey');
  return sessions;
}
