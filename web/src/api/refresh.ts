/** When everything that is shown is asked for again. */
import { signal } from '@preact/signals';

export const refreshed = signal(0);

export const refresh = (): void => {
  refreshed.value++;
};

// Back from a time without network: what stands there may be old.
addEventListener('online', refresh);
