/** The check of communities' books. The member's own is a file of its own: who audits does without. */
import { startChecking } from './checking.ts';

startChecking({ main: null, own: () => import('./own.ts') });
