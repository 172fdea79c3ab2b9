/** Passkeys: the browser asks its owner for a finger, a face or a PIN, and answers the service. No secret is in the page. */
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { ask } from '../api/client.ts';
import { signedIn } from '../api/session.ts';

interface Request {
  options: string;
  host: string;
}

/** Why a passkey cannot be used on this page; null: it can. */
export type Hindrance = 'none-here' | { openAt: string };

export const hindrance = (origin: string | null): Hindrance | null => {
  if (origin === null || !browserSupportsWebAuthn()) return 'none-here';
  return location.origin === origin ? null : { openAt: origin };
};

/** @throws ApiTrouble; Error of the browser, where its owner did not agree */
export async function signInByPasskey(): Promise<void> {
  const { requestPasskey } = await ask<{ requestPasskey: Request }>('mutation { requestPasskey { options host } }');
  const answer = await startAuthentication({ optionsJSON: JSON.parse(requestPasskey.options) });
  await ask('mutation ($answer: String!) { signInByPasskey(answer: $answer, cookie: true) { address } }', {
    answer: JSON.stringify(answer),
  });
  await signedIn();
}

/** @throws as above. @returns whether it signed in, by an invitation */
export async function addPasskey(name: string, invite: string | null = null): Promise<boolean> {
  const { requestNewPasskey } = await ask<{ requestNewPasskey: Request }>(
    'mutation ($invite: String) { requestNewPasskey(invite: $invite) { options host } }',
    { invite },
  );
  const answer = await startRegistration({ optionsJSON: JSON.parse(requestNewPasskey.options) });
  const { addPasskey: added } = await ask<{ addPasskey: { signedIn: boolean } }>(
    `mutation ($answer: String!, $name: String!, $invite: String) {
      addPasskey(answer: $answer, name: $name, invite: $invite) { signedIn }
    }`,
    { answer: JSON.stringify(answer), name, invite },
  );
  return added.signedIn;
}
