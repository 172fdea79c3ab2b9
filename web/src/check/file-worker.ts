/** How the check as one file starts its worker. */
import { trusted } from './trusted.ts';

let address: string | null = null;

/** The worker, from a text in the page itself: a page that is one file has nowhere else to take it from. */
export function fileWorker(): Worker {
  address ??= URL.createObjectURL(new Blob([document.getElementById('worker')!.textContent!], { type: 'text/javascript' }));
  return new Worker(trusted(address));
}
