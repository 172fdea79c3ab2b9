/** The statements that are proven, by the name of their circuits and key files. */
import { CLEARING_INPUTS, DAY_BILL_INPUTS, SUBSTITUTE_INPUTS } from '../../reader/verifier/index.ts';

export type CircuitName = 'day-bill' | 'clearing' | 'substitute';
export const PUBLIC_INPUTS: Readonly<Record<CircuitName, number>> = {
  'day-bill': DAY_BILL_INPUTS,
  clearing: CLEARING_INPUTS,
  substitute: SUBSTITUTE_INPUTS,
};
export const CIRCUITS = Object.keys(PUBLIC_INPUTS) as CircuitName[];
