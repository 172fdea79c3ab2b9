/** An auditor's places. What stands there is for anybody; their menu names it. */
import { AUDIT } from '../i18n/audit/index.ts';
import { checkTexts } from '../i18n/check/index.ts';
import { HOMES } from './homes.ts';
import { type Place, page } from './place.ts';

export const AUDITOR: readonly Place[] = [
  {
    path: HOMES.AUDITOR,
    page: page(() => import('../pages/audit.tsx').then(({ Audit }) => Audit), AUDIT, checkTexts),
    menu: { word: 'audit', for: 'AUDITOR' },
  },
];
