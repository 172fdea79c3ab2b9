/** How the pages of a site start the worker of the check. */
import { trusted } from './trusted.ts';
import address from './worker.ts?worker&url';

/** The worker, from the site that the page is from. */
export const siteWorker = (): Worker => new Worker(trusted(address), { type: 'module' });
