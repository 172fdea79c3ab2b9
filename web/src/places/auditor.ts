/** An auditor's places. */
import type { Place } from './place.ts';

export const AUDITOR: readonly Place[] = [];
