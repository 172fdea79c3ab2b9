/** The two statements that are proven, by the name of their circuits and key files. */
import { CLEARING_INPUTS, DAY_BILL_INPUTS } from '../../reader/verifier/index.ts';

export type CircuitName = 'day-bill' | 'clearing';
export const PUBLIC_INPUTS: Readonly<Record<CircuitName, number>> = { 'day-bill': DAY_BILL_INPUTS, clearing: CLEARING_INPUTS };
