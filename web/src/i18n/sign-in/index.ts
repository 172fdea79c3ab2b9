/** Texts of signing in, in the reader’s language. */
import { area } from '../area.ts';
import type { SignInTexts } from './en.ts';

export const signInTexts = area<SignInTexts>({
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
});
