/** The choice of a language; it is kept on this device. */
import { language, speak, words } from '../i18n/index.ts';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../i18n/languages.ts';

export function LanguageChoice() {
  const { languages } = words();
  return (
    <label class="choice">
      <span>{languages}</span>
      <select value={language.value} onChange={({ currentTarget }) => speak(currentTarget.value as Language, { keep: true })}>
        {LANGUAGES.map((code) => (
          <option key={code} value={code} lang={code}>
            {LANGUAGE_NAMES[code]}
          </option>
        ))}
      </select>
    </label>
  );
}
