/** The door: a language first, then the page. */
import { render } from 'preact';
import { App } from './app.tsx';
import { keptLanguage, preferred, speak } from './i18n/index.ts';
import { installWhenIdle } from './offline/install.ts';
import { showKept } from './parts/looks.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';

showKept();
await speak(preferred(keptLanguage(), navigator.languages));
render(<App />, document.getElementById('app')!);
installWhenIdle();
