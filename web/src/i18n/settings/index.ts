/** Texts of a member's settings. */
import { area } from '../area.ts';
import type { Texts } from './en.ts';

export const settingsTexts = area<Texts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
