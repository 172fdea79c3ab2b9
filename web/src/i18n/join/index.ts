/** Texts of joining, in the reader’s language. */
import { area } from '../area.ts';
import type { JoinTexts } from './en.ts';

export const joinTexts = area<JoinTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
