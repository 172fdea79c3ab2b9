/** How the check as one file starts its worker. */
import type { Workers } from './checker.ts';
import { trusted } from './trusted.ts';

let address: string | null = null;

/** From a text in the page itself: a page that is one file has nowhere else to take it from. */
function fileWorker(): Worker {
  address ??= URL.createObjectURL(new Blob([document.getElementById('worker')!.textContent!], { type: 'text/javascript' }));
  return new Worker(trusted(address));
}

/** One is for all bundles. */
export const FILE_WORKERS: Workers = { check: fileWorker, main: null };
