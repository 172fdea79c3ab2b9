/** The check as a page of the site. */
import { startWith } from '../check/checker.ts';
import { siteWorker } from '../check/site-worker.ts';

startWith(siteWorker);

export { Check } from './check.tsx';
