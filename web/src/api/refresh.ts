/** When everything that is shown is asked for again. */
import { signal } from '@preact/signals';

/** Whether anything that is shown was asked for and answered. */
export const answered = signal(false);

export const refreshed = signal(0);

export const refresh = (): void => {
  refreshed.value++;
};

// Back from a time without network: what stands there may be old.
addEventListener('online', refresh);
