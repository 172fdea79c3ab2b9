/**
 * Check 2, the operators: operators.json names everybody who became the operator, in the chain's own order, and nobody else
 * (protocol §9.8).
 *
 * Signatures alone do not say so: one of a rotation that the community vetoed is as good as any, a rotation by the validators has none, and
 * a file that is left away accuses nobody. So the rotations are proven as one range of the state, with the log and as of the same block.
 */
import type { ChainGenesis } from '../../protocol/genesis/index.ts';
import { canonicalJson, OPERATORS_PATH, operatorsOf, ProtocolError } from '../../protocol/index.ts';
import type { Bundle } from '../bundle.ts';
import { appHashAfter, readRotation, StateReader, stateRanges } from '../light/index.ts';
import { type Check, lines, notChecked } from './checks.ts';
import { faultLines } from './file-checks.ts';
import type { Headers } from './header-checks.ts';
import type { OperatorTerm } from './verdict.ts';

const head = { id: '2' as const, name: 'operators' };

/** The lines, and the operators from the one of genesis on where they are proven. */
export interface OperatorResult {
  checks: Check[];
  operators: readonly OperatorTerm[] | null;
}

/** Whether the bundle's list of operators is the chain's. */
export function operatorChecks(
  { log, operators }: Pick<Bundle, 'log' | 'operators'>,
  { state }: Headers,
  genesis: ChainGenesis,
): OperatorResult {
  const without = (...checks: Check[]): OperatorResult => ({ checks, operators: null });
  if (!state) return without(notChecked('2', head.name, 'the headers it leads to are not believed (check 1)', undefined, '1'));
  const newest = Math.max(...state.headers.keys());
  if (log.fault || log.value.height + 1 !== newest || log.value.chainId !== genesis.chainId)
    return without(notChecked('2', head.name, 'the proofs in log.json are not as of the newest header', undefined, '2'));
  if (operators?.fault) return without(...faultLines(head, operators.fault));
  const said = operators?.value.rotations ?? [];
  const past = genesis.rotations.length;
  try {
    const reader = new StateReader(log.value, appHashAfter(state, log.value.height));
    const proven = reader.all(stateRanges.rotations(), log.value.rotations, readRotation).slice(past);
    operatorsOf(genesis.chainId, genesis.operator, operators?.value ?? null, past);
    const isSame =
      canonicalJson(said.map((one) => ({ ...one }))) === canonicalJson(proven.map(({ address, signature }) => ({ address, signature })));
    const has = `the chain's state has ${proven.length} rotations of the operator since genesis, proven`;
    if (!isSame) return without(...lines(head, [{ detail: `${OPERATORS_PATH}: ${has}; the file has ${said.length} or other ones` }], ''));
    const terms = [
      { address: genesis.operator, sinceUnixS: null },
      ...proven.map(({ address, unixS }): OperatorTerm => ({ address, sinceUnixS: unixS })),
    ];
    const rotated = `${proven.length} rotations since genesis, the last to ${terms.at(-1)!.address}`;
    return { checks: lines(head, [], proven.length === 0 ? 'the operator is that of genesis' : rotated), operators: terms };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return without(...lines(head, [{ detail: error.message }], ''));
  }
}
