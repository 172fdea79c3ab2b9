/** Texts of the auditor's calendar. */
import { area } from '../area.ts';
import type { AuditTexts } from './en.ts';

export const AUDIT = area<AuditTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
