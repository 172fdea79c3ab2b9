/** One page for everybody: the menu, the place itself, and what stands below it. */
import { useSignal } from '@preact/signals';
import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { greeting } from './api/viewer.ts';
import { words } from './i18n/index.ts';
import { online } from './offline/install.ts';
import { NotFound } from './pages/not-found.tsx';
import { LanguageChoice } from './parts/language-choice.tsx';
import { PLACES } from './places/index.ts';
import { Nav } from './shell/nav.tsx';

function Offline() {
  const { offline } = words();
  return (
    <div class="offline" role="status">
      {!online.value && <p>{offline}</p>}
    </div>
  );
}

export function App() {
  const { skip, demonstration } = words();
  const loading = useSignal(false);
  return (
    <LocationProvider>
      <a class="skip" href="#content">
        {skip}
      </a>
      <div class="rail">
        <header class="bar">
          <a class="mark" href="/">
            Electra
          </a>
          {greeting.value?.developmentKeys && <span class="demonstration">{demonstration.mark}</span>}
        </header>
        <Nav />
      </div>
      <main id="content" tabIndex={-1} aria-busy={loading.value}>
        <Offline />
        <ErrorBoundary>
          <Router onLoadStart={() => (loading.value = true)} onLoadEnd={() => (loading.value = false)}>
            {PLACES.map(({ path, page }) => (
              <Route key={path} path={path} component={page} />
            ))}
            <Route default component={NotFound} />
          </Router>
        </ErrorBoundary>
      </main>
      <footer class="foot">
        <LanguageChoice />
      </footer>
    </LocationProvider>
  );
}
