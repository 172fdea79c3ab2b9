/** How the pages of a site start the workers of the check. */
import type { Workers } from './checker.ts';
import mainAddress from './main-chain.ts?worker&url';
import { trusted } from './trusted.ts';
import address from './worker.ts?worker&url';

const started = (from: string) => (): Worker => new Worker(trusted(from), { type: 'module' });

/** From the site that the page is from. */
export const SITE_WORKERS: Workers = { check: started(address), main: started(mainAddress) };
