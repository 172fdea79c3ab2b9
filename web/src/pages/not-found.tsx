/** What stands at an address that no page has. */
import { words } from '../i18n/index.ts';
import { useTitle } from '../parts/use-title.ts';

export function NotFound() {
  const { notFound } = words();
  useTitle(notFound.title);
  return (
    <div class="page stack">
      <h1>{notFound.title}</h1>
      <p>{notFound.text}</p>
      <p>
        <a href="/">{notFound.home}</a>
      </p>
    </div>
  );
}
