/** What stands open to everybody. */
import { Welcome } from '../pages/welcome.tsx';
import { type Place, page } from './place.ts';

export const EVERYBODY: readonly Place[] = [
  { path: '/', page: Welcome, menu: { word: 'home', for: 'everybody' } },
  {
    path: '/books',
    page: page(() => import('../pages/books.tsx').then(({ Books }) => Books)),
    menu: { word: 'books', for: 'everybody' },
  },
  {
    path: '/check',
    page: page(() => import('../pages/check-on-site.tsx').then(({ CheckOnSite }) => CheckOnSite)),
    menu: { word: 'check', for: 'everybody' },
  },
];
