/** Who is signed in, and how one signs in and out. The session itself is a cookie that only the browser sends. */
import { effect } from '@preact/signals';
import { ask, sessionEnded } from './client.ts';
import { answered, refresh } from './refresh.ts';
import { isTelling, tellNothing } from './telling.ts';
import { type Greeting, greeting, type Viewer, viewer } from './viewer.ts';

export type { Role } from './viewer.ts';
export { viewer } from './viewer.ts';

async function findViewer(): Promise<void> {
  const { viewer: found, service } = await ask<{ viewer: Viewer | null; service: Greeting }>(
    '{ viewer { address name roles expiresAt } service { origin chainId chainTime developmentKeys } }',
  );
  greeting.value = service;
  viewer.value = found;
  if (found) sessionEnded.value = false;
}

// News are followed once there is something on the page that they can change: on a slow line the first answer has it to itself.
effect(() => {
  if (!answered.value || !viewer.value) return;
  setTimeout(() => {
    import('./hints.ts').then(
      ({ follow }) => follow(),
      () => {}, // without them the page shows what it was answered
    );
    if (!isTelling()) return;
    import('../notices/tell.ts').then(
      ({ tellNews }) => tellNews(),
      () => {}, // nothing is told, and the page has it
    );
  });
});

/** What every way to sign in ends with: who it is, and whatever is shown is asked for again. */
export async function signedIn(): Promise<void> {
  await findViewer();
  refresh();
}

/** What signs a text for an address: the wallet's key, wherever it is. */
export interface Signer {
  address: string;
  sign(text: string): Promise<{ pubKey: string; signature: string }> | { pubKey: string; signature: string };
}

/** @throws ApiTrouble */
export async function signIn({ address, sign }: Signer): Promise<void> {
  const { requestChallenge } = await ask<{ requestChallenge: { text: string } }>(
    'mutation ($address: String!) { requestChallenge(address: $address) { text } }',
    { address },
  );
  const signed = await sign(requestChallenge.text);
  await ask(
    `mutation ($address: String!, $pubKey: String!, $signature: String!, $challenge: String!) {
      signIn(address: $address, pubKey: $pubKey, signature: $signature, challenge: $challenge, cookie: true) { address }
    }`,
    { address, ...signed, challenge: requestChallenge.text },
  );
  await signedIn();
}

/**
 * Takes a session that was handed over in the address (`#session=…`), as a demonstration prints it, into a cookie. On this machine alone:
 * elsewhere a link could sign somebody in as somebody else.
 */
async function takeHandedOver(): Promise<void> {
  const token = /^#session=([A-Za-z0-9_-]{43})$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(location.hostname)) return;
  await ask('mutation { openPageSession { address } }', {}, { authorization: `Bearer ${token}` });
}

let arriving: Promise<void> | null = null;

/** Who comes, asked once however many parts of the page want to know. @throws ApiTrouble */
export function arrive(): Promise<void> {
  arriving ??= takeHandedOver()
    .then(findViewer)
    .finally(() => {
      arriving = null;
    });
  return arriving;
}

/** Other pages of this browser: what they show is of the one who signs out here. */
const otherPages = new BroadcastChannel('electra.signed-out');
otherPages.onmessage = () => (viewer.value = null);

/** Ends the session here, or all of them; nothing of it stays on the page, and nobody is told anything here any more. */
export async function signOut({ everywhere = false } = {}): Promise<void> {
  await ask('mutation ($everywhere: Boolean) { signOut(everywhere: $everywhere) }', { everywhere });
  otherPages.postMessage(null);
  tellNothing();
  viewer.value = null;
  refresh();
}
