/** Texts of passkeys and invitations, in the reader’s language. */
import { area } from '../area.ts';
import type { CredentialTexts } from './en.ts';

export const credentialTexts = area<CredentialTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
