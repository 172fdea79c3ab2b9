/** A member's own places. */
import { balanceTexts } from '../i18n/balance/index.ts';
import { billTexts } from '../i18n/bill/index.ts';
import { invoiceTexts } from '../i18n/invoice/index.ts';
import { signInTexts } from '../i18n/sign-in/index.ts';
import { Home } from '../pages/home.tsx';
import { HOMES } from './homes.ts';
import { type Place, page } from './place.ts';

export const MEMBER: readonly Place[] = [
  { path: HOMES.MEMBER, page: Home, menu: { word: 'mine', for: 'MEMBER' } },
  { path: '/usage', page: page(() => import('../pages/usage.tsx').then(({ Usage }) => Usage)), menu: { word: 'usage', for: 'MEMBER' } },
  {
    path: '/bills',
    page: page(() => import('../pages/bills.tsx').then(({ Bills }) => Bills), billTexts),
    menu: { word: 'bills', for: 'MEMBER' },
  },
  { path: '/bills/:day/:meter', page: page(() => import('../pages/bill.tsx').then(({ BillOfDay }) => BillOfDay), billTexts) },
  {
    path: '/invoices',
    page: page(() => import('../pages/invoices.tsx').then(({ Invoices }) => Invoices), invoiceTexts),
    menu: { word: 'invoices', for: 'MEMBER' },
  },
  { path: '/invoices/:month', page: page(() => import('../pages/invoice.tsx').then(({ InvoiceOfMonth }) => InvoiceOfMonth), invoiceTexts) },
  {
    path: '/balance',
    page: page(() => import('../pages/balance.tsx').then(({ BalancePage }) => BalancePage), balanceTexts, signInTexts),
    menu: { word: 'balance', for: 'MEMBER' },
  },
];
