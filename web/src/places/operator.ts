/** The operator's places, and the installer's. */
import type { Place } from './place.ts';

export const OPERATOR: readonly Place[] = [];
