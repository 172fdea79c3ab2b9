/** One page for everybody: a bar of places, the place itself, and what stands below it. */
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from 'preact-iso';
import { words } from './i18n/index.ts';
import { NotFound } from './pages/not-found.tsx';
import { Welcome } from './pages/welcome.tsx';
import { LanguageChoice } from './parts/language-choice.tsx';

const Check = lazy(() => import('./pages/check-on-site.tsx').then(({ CheckOnSite: page }) => page));

const Home = lazy(() => import('./pages/home.tsx').then(({ Home: page }) => page));

const Usage = lazy(() => import('./pages/usage.tsx').then(({ Usage: page }) => page));

const Books = lazy(() => import('./pages/books.tsx').then(({ Books: page }) => page));

const PLACES = [
  { path: '/', word: 'home' },
  { path: '/home', word: 'mine' },
  { path: '/usage', word: 'usage' },
  { path: '/books', word: 'books' },
  { path: '/check', word: 'check' },
] as const;

function Places() {
  const { path } = useLocation();
  const { pages, menu } = words();
  return (
    <nav class="places" aria-label={menu}>
      {PLACES.map((place) => (
        <a key={place.path} href={place.path} aria-current={path === place.path ? 'page' : undefined}>
          {pages[place.word]}
        </a>
      ))}
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
        <Places />
      </header>
      <main id="content" tabIndex={-1}>
        <ErrorBoundary>
          <Router>
            <Route path="/" component={Welcome} />
            <Route path="/home" component={Home} />
            <Route path="/usage" component={Usage} />
            <Route path="/books" component={Books} />
            <Route path="/check" component={Check} />
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
