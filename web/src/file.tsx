/** The check as one file that opens from a disk: no site, no network, no other page. */
import { render } from 'preact';
import { startWith } from './check/checker.ts';
import { FILE_WORKERS } from './check/file-worker.ts';
import { checkTexts } from './i18n/check/index.ts';
import { keptLanguage, preferred, speak, words } from './i18n/index.ts';
import { Check } from './pages/check.tsx';
import { LanguageChoice } from './parts/language-choice.tsx';

startWith(FILE_WORKERS);

function File() {
  const { skip } = words();
  return (
    <>
      <a class="skip" href="#content">
        {skip}
      </a>
      <header class="bar">
        <span class="mark">Electra</span>
      </header>
      <main id="content" tabIndex={-1}>
        <Check />
      </main>
      <footer class="foot">
        <LanguageChoice />
      </footer>
    </>
  );
}

const spoken = preferred(keptLanguage(), navigator.languages);
await Promise.all([speak(spoken), checkTexts.load(spoken)]);
render(<File />, document.getElementById('app')!);
