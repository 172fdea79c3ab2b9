/** A member's own places. */
import { type Place, page } from './place.ts';

export const MEMBER: readonly Place[] = [
  { path: '/home', page: page(() => import('../pages/home.tsx').then(({ Home }) => Home)), menu: { word: 'mine', for: 'MEMBER' } },
  { path: '/usage', page: page(() => import('../pages/usage.tsx').then(({ Usage }) => Usage)), menu: { word: 'usage', for: 'MEMBER' } },
];
