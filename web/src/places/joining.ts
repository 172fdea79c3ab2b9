/** Where somebody comes in who is not signed in yet. */
import { joinTexts } from '../i18n/join/index.ts';
import { type Place, page } from './place.ts';

export const JOINING: readonly Place[] = [
  { path: '/join', page: page(() => import('../pages/join.tsx').then(({ Join }) => Join), joinTexts) },
];
