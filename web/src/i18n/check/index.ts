/** Texts of the check, loaded by whoever checks. */
import { area } from '../area.ts';
import type { Texts } from './en.ts';

export const checkTexts = area<Texts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
