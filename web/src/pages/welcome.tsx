/** The first page: what happens here, for somebody who has never heard of it. */
import { words } from '../i18n/index.ts';
import { useTitle } from '../parts/use-title.ts';

export function Welcome() {
  const { home, pages } = words();
  useTitle(pages.home);
  return (
    <div class="page stack">
      <h1>{home.title}</h1>
      <p class="read">{home.text}</p>
      <p>
        <a class="button" href="/check">
          {home.check}
        </a>
      </p>
    </div>
  );
}
