/** Words of the installer's page. */
import { area } from '../area.ts';
import type { InstallTexts } from './en.ts';

export const installTexts = area<InstallTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
