/** Where somebody comes in who is not signed in yet. */
import type { Place } from './place.ts';

export const JOINING: readonly Place[] = [];
