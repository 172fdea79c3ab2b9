/**
 * Words and numbers in the reader's language. A language is one module of typed texts and small functions, loaded alone: `tsc` finds what
 * one of them lacks, and Intl knows how numbers and dates are written. Clock labels are in the community's zone, never in the reader's.
 */
import { batch, signal } from '@preact/signals';
import { areasIn } from './area.ts';
import type { Words } from './en.ts';
import { LANGUAGES, type Language } from './languages.ts';

const LOADERS: Record<Language, () => Promise<{ words: Words }>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
};

const KEPT = 'electra.language';

export const language = signal<Language>('en');
const loaded = signal<Words | null>(null);

/** The texts. Nothing is drawn before they are there. */
export function words(): Words {
  if (!loaded.value) throw new Error('expected a language to be loaded before a page is drawn');
  return loaded.value;
}

/** The language as the reader's browser has it, with its country: 1 July or July 1. */
export const locale = (): string => navigator.languages.find((tag) => tag.slice(0, 2).toLowerCase() === language.value) ?? language.value;

const isLanguage = (text: string | null | undefined): text is Language => LANGUAGES.includes(text as Language);

/** What was chosen here before, else the first of the browser's languages that these pages speak. */
export function preferred(kept: string | null, asked: readonly string[]): Language {
  if (isLanguage(kept)) return kept;
  return asked.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

export async function speak(next: Language, { keep = false } = {}): Promise<void> {
  const [{ words: texts }, showAreas] = await Promise.all([LOADERS[next](), areasIn(next)]);
  batch(() => {
    loaded.value = texts;
    language.value = next;
    showAreas();
  });
  document.documentElement.lang = next;
  if (keep) remember(KEPT, next);
}

/** A browser may forbid to keep anything: then nothing is kept, and nothing fails. */
function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // nothing depends on it
  }
}

export function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
