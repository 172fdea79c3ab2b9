/** A passkey's device in Chromium, by the browser's own protocol for tests: it makes real keys and real signatures. */
import type { CDPSession, Page } from 'playwright-core';

export interface Authenticator {
  /** Whether its owner is recognised from now on (finger, face, PIN). */
  recognise(verified: boolean): Promise<void>;
  count(): Promise<number>;
  /** Sets the counter of its one credential back: as a copy of it would be. */
  countBack(to: number): Promise<void>;
}

export async function plugIn(page: Page): Promise<Authenticator> {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const held = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  return {
    recognise: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }).then(() => {}),
    count: async () => (await held()).length,
    async countBack(signCount) {
      const [credential] = await held();
      await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credential.credentialId });
      await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount } });
    },
  };
}
