/** Whose signature an operator's word may bear: the operator of genesis, and those whom each one before has signed over to. */
import { operatorsOf, ProtocolError } from '../../protocol/index.ts';
import type { Bundle } from '../bundle.ts';

/** `fault`: why operators.json names nobody after the one of genesis. Undefined where genesis itself cannot be read. */
export function operatorsIn({ genesis, operators }: Bundle): { operators: string[]; fault: string | null } | undefined {
  if (!genesis.value) return undefined;
  const { operator, chainId } = genesis.value;
  if (operators?.fault) return { operators: [operator], fault: operators.fault.message };
  try {
    return { operators: operatorsOf(chainId, operator, operators?.value ?? null), fault: null };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { operators: [operator], fault: error.message };
  }
}
