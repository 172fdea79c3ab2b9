/** What is of whoever is signed in, in each role. */
import { credentialTexts } from '../i18n/credentials/index.ts';
import { noticeTexts } from '../i18n/notices/index.ts';
import { settingsTexts } from '../i18n/settings/index.ts';
import { type Place, page } from './place.ts';

export const OWN: readonly Place[] = [
  {
    path: '/settings',
    page: page(() => import('../pages/settings.tsx').then(({ Settings }) => Settings), settingsTexts, credentialTexts, noticeTexts),
    menu: { word: 'settings', for: 'signed-in' },
  },
];
