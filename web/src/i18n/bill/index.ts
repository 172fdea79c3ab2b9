/** Texts of a member's bills. */
import { area } from '../area.ts';
import type { Texts } from './en.ts';

export const billTexts = area<Texts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
