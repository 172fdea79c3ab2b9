/** Where somebody comes in who is not signed in yet. */
import { installTexts } from '../i18n/install/index.ts';
import { joinTexts } from '../i18n/join/index.ts';
import { type Place, page } from './place.ts';

export const JOINING: readonly Place[] = [
  { path: '/join', page: page(() => import('../pages/join.tsx').then(({ Join }) => Join), joinTexts) },
  { path: '/install/:meter', page: page(() => import('../pages/install.tsx').then(({ Install }) => Install), installTexts) },
];
