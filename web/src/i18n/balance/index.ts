/** Texts of a member's balance in ELECTRA. */
import { area } from '../area.ts';
import type { BalanceTexts } from './en.ts';

export const balanceTexts = area<BalanceTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
