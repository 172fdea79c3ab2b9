/** The languages of the set-up page, and which one a browser wants. */
import { de } from './de.ts';
import { en, type TextKey, type Texts } from './en.ts';
import { nl } from './nl.ts';

export type { TextKey };
export type Language = 'en' | 'de' | 'nl';
export const LANGUAGES: Readonly<Record<Language, { name: string; texts: Texts }>> = {
  en: { name: 'English', texts: en },
  de: { name: 'Deutsch', texts: de },
  nl: { name: 'Nederlands', texts: nl },
};
const isLanguage = (value: string | undefined): value is Language => value !== undefined && Object.hasOwn(LANGUAGES, value);

/** What was chosen, else the first of the browser's that there is. */
export function languageOf(chosen: string | undefined, accepted = ''): Language {
  if (isLanguage(chosen)) return chosen;
  return (
    accepted
      .slice(0, 200)
      .split(',')
      .map((one) => one.trim().slice(0, 2).toLowerCase())
      .find(isLanguage) ?? 'en'
  );
}

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export const sayIn =
  (language: Language): Say =>
  (key, values = {}) =>
    LANGUAGES[language].texts[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
