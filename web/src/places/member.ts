/** A member's own places. */
import { Home } from '../pages/home.tsx';
import { type Place, page } from './place.ts';

export const MEMBER: readonly Place[] = [
  { path: '/home', page: Home, menu: { word: 'mine', for: 'MEMBER' } },
  { path: '/usage', page: page(() => import('../pages/usage.tsx').then(({ Usage }) => Usage)), menu: { word: 'usage', for: 'MEMBER' } },
];
