/** Texts of news, wherever they are told. */
import { area } from '../area.ts';
import type { Texts } from './en.ts';

export const noticeTexts = area<Texts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
