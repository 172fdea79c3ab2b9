/** In the place of a page whose file did not come: its network is gone, or the site has other files since this page was opened. */
import { words } from '../i18n/index.ts';

export function NotLoaded() {
  const { trouble } = words();
  return (
    <div class="page stack">
      <div class="notice bad" role="alert">
        <p>{trouble.notLoaded}</p>
        <p>
          <button type="button" class="button plain" onClick={() => location.reload()}>
            {trouble.reload}
          </button>
        </p>
      </div>
    </div>
  );
}
