/** Texts of the market. */
import { area } from '../area.ts';
import type { MarketTexts } from './en.ts';

export const MARKET = area<MarketTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
