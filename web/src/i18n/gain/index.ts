/** Texts of what sharing with other communities brought, beside the tariff: members and operator read the same. */
import { area } from '../area.ts';
import type { GainTexts } from './en.ts';

export const gainTexts = area<GainTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
