/** Words of the operator's pages. */
import { area } from '../area.ts';
import type { OperateTexts } from './en.ts';

export const operateTexts = area<OperateTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
