/** One page for everybody: a bar of places, the place itself, and what stands below it. */
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { viewer } from './api/session.ts';
import { words } from './i18n/index.ts';
import { NotFound } from './pages/not-found.tsx';
import { LanguageChoice } from './parts/language-choice.tsx';
import { PLACES } from './places/index.ts';

function Menu() {
  const { path } = useLocation();
  const { pages, menu } = words();
  // Who is not signed in is shown a member's places too: they are asked to sign in there.
  const roles = viewer.value?.roles ?? ['MEMBER'];
  return (
    <nav class="places" aria-label={menu}>
      {PLACES.map(
        (place) =>
          place.menu &&
          (place.menu.for === 'everybody' || roles.includes(place.menu.for)) && (
            <a key={place.path} href={place.path} aria-current={path === place.path ? 'page' : undefined}>
              {pages[place.menu.word]}
            </a>
          ),
      )}
    </nav>
  );
}

export function App() {
  const { skip } = words();
  return (
    <LocationProvider>
      <a class="skip" href="#content">
        {skip}
      </a>
      <header class="bar">
        <a class="mark" href="/">
          Electra
        </a>
        <Menu />
      </header>
      <main id="content" tabIndex={-1}>
        <ErrorBoundary>
          <Router>
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
