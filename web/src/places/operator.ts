/** The operator's places. */
import { balanceTexts } from '../i18n/balance/index.ts';
import { operateTexts } from '../i18n/operate/index.ts';
import { HOMES } from './homes.ts';
import { type Place, page } from './place.ts';

export const OPERATOR: readonly Place[] = [
  {
    path: HOMES.OPERATOR,
    page: page(() => import('../pages/operate/board.tsx').then(({ OperateBoard }) => OperateBoard), operateTexts),
    menu: { word: 'operate', for: 'OPERATOR' },
  },
  {
    path: '/operate/exceptions',
    page: page(() => import('../pages/operate/exceptions.tsx').then(({ OperateExceptions }) => OperateExceptions), operateTexts),
  },
  { path: '/operate/days', page: page(() => import('../pages/operate/days.tsx').then(({ OperateDays }) => OperateDays), operateTexts) },
  {
    path: '/operate/meters',
    page: page(() => import('../pages/operate/meters.tsx').then(({ OperateMeters }) => OperateMeters), operateTexts),
  },
  {
    path: '/operate/tariffs',
    page: page(() => import('../pages/operate/tariffs.tsx').then(({ OperateTariffs }) => OperateTariffs), operateTexts),
  },
  {
    path: '/operate/month/:month?',
    page: page(() => import('../pages/operate/month.tsx').then(({ OperateMonth }) => OperateMonth), operateTexts),
  },
  {
    path: '/operate/node',
    page: page(() => import('../pages/operate/node.tsx').then(({ OperateNode }) => OperateNode), operateTexts, balanceTexts),
  },
];
