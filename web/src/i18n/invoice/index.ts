/** Texts of a member's invoice. */
import { area } from '../area.ts';
import type { Texts } from './en.ts';

export const invoiceTexts = area<Texts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
