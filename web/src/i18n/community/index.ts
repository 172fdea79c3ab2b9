/** Texts of the public pages on supply, prices and days. */
import { area } from '../area.ts';
import type { CommunityTexts } from './en.ts';

export const COMMUNITY = area<CommunityTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
