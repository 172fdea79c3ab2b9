/** When everything that is shown is asked for again. */
import { signal } from '@preact/signals';

export const refreshed = signal(0);

export const refresh = (): void => {
  refreshed.value++;
};
