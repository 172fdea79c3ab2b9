/** An address' passkeys and invitations, loaded when they are shown. For the page of settings. */
import { credentialTexts } from '../i18n/credentials/index.ts';
import { page } from '../places/place.ts';

export const Credentials = page(() => import('./credential-list.tsx').then(({ CredentialList }) => CredentialList), credentialTexts);
