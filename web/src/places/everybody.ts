/** What stands open to everybody. */
import { checkTexts } from '../i18n/check/index.ts';
import { COMMUNITY } from '../i18n/community/index.ts';
import { MARKET } from '../i18n/market/index.ts';
import { Welcome } from '../pages/welcome.tsx';
import { type Place, page } from './place.ts';

export const EVERYBODY: readonly Place[] = [
  { path: '/', page: Welcome, menu: { word: 'home', for: 'everybody' } },
  {
    path: '/community',
    page: page(() => import('../pages/community.tsx').then(({ Community }) => Community), COMMUNITY),
    menu: { word: 'community', for: 'everybody' },
  },
  {
    path: '/check',
    page: page(() => import('../pages/check-on-site.tsx').then(({ CheckOnSite }) => CheckOnSite), checkTexts),
    menu: { word: 'check', for: 'everybody' },
  },
  {
    path: '/books',
    page: page(() => import('../pages/books.tsx').then(({ Books }) => Books), COMMUNITY),
    menu: { word: 'books', for: 'everybody' },
  },
  { path: '/books/:day', page: page(() => import('../pages/book-day.tsx').then(({ BookDay }) => BookDay), COMMUNITY) },
  // Where there is one, /community leads there.
  { path: '/market', page: page(() => import('../pages/market.tsx').then(({ Market }) => Market), MARKET) },
];
