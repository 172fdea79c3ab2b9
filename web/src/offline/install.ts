/** Lets the pages open without a network, and tells whether there is one. */
import { signal } from '@preact/signals';
import { trusted } from '../check/trusted.ts';

export const online = signal(navigator.onLine);
addEventListener('online', () => (online.value = true));
addEventListener('offline', () => (online.value = false));

/** After the page stands: what it keeps for later must not delay it. A browser that keeps nothing shows the same pages. */
export function installWhenIdle(): void {
  if (!('serviceWorker' in navigator)) return;
  const install = (): void => {
    setTimeout(() => navigator.serviceWorker.register(trusted('/service-worker.js')).catch(() => {}), 3_000);
  };
  if (document.readyState === 'complete') install();
  else addEventListener('load', install, { once: true });
}
