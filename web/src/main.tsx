/** The door: a language, who comes, and their page, all at once; then it is drawn, and nothing has to move for what comes later. */
import { render } from 'preact';
import { arrive } from './api/session.ts';
import { App } from './app.tsx';
import { keptLanguage, language, preferred, speak } from './i18n/index.ts';
import { installWhenIdle } from './offline/install.ts';
import { showKept } from './parts/looks.ts';
import { preload } from './places/index.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';

/** A service that takes longer to say who it is finds the page drawn without. */
const KNOWN_WITHIN_MS = 1_000;

const inTime = (work: Promise<void>): Promise<void> =>
  Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, KNOWN_WITHIN_MS))]).catch(() => {}); // the page says why

/** Not awaited at the top of this module: the file of a page imports from this one, and would wait for it as it waits for the page. */
async function open(): Promise<void> {
  await Promise.all([speak(language.value), inTime(arrive()), inTime(preload(location.pathname))]);
  render(<App />, document.getElementById('app')!);
  installWhenIdle();
}

showKept();
language.value = preferred(keptLanguage(), navigator.languages);
open();
// Brought back by the browser as it once stood: whoever was signed in then may not be now.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
