/** A member's own places. */
import { billTexts } from '../i18n/bill/index.ts';
import { credentialTexts } from '../i18n/credentials/index.ts';
import { invoiceTexts } from '../i18n/invoice/index.ts';
import { settingsTexts } from '../i18n/settings/index.ts';
import { Home } from '../pages/home.tsx';
import { type Place, page } from './place.ts';

export const MEMBER: readonly Place[] = [
  { path: '/home', page: Home, menu: { word: 'mine', for: 'MEMBER' } },
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
    path: '/settings',
    page: page(() => import('../pages/settings.tsx').then(({ Settings }) => Settings), settingsTexts, credentialTexts),
    menu: { word: 'settings', for: 'MEMBER' },
  },
];
