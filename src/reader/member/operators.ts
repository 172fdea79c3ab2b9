/**
 * Whose signature an operator's word may bear: the operator of genesis, and those who came after it by the chain's own state, where the
 * audit has seen it proven; otherwise those whom each one before has signed over to.
 */
import { operatorsOf, ProtocolError } from '../../protocol/index.ts';
import type { Verdict } from '../audit/index.ts';
import type { Bundle } from '../bundle.ts';

/** `fault`: why operators.json names nobody after the one of genesis. Undefined where genesis itself cannot be read. */
export function operatorsIn(
  { genesis, operators }: Bundle,
  { checks }: Pick<Verdict, 'checks'>,
): { operators: string[]; fault: string | null } | undefined {
  if (!genesis.value) return undefined;
  const { operator, chainId } = genesis.value;
  if (operators?.fault) return { operators: [operator], fault: operators.fault.message };
  try {
    const signed = operatorsOf(chainId, operator, operators?.value ?? null);
    const isProven = checks.some(({ id, name, status }) => id === '2' && name === 'operators' && status === 'passed');
    const all = [operator, ...(operators?.value.rotations ?? []).map(({ address }) => address)];
    return { operators: isProven ? all : signed, fault: null };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { operators: [operator], fault: error.message };
  }
}
