/**
 * Check 2, the modules: main.json is the state of register, settlement, ELECTRA and bank as of the newest header, in whole ranges; and what
 * follows from it alone or with the audited books (checks 10, 12, 13).
 */
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import { dayToDate, MAIN_PATH, ProtocolError } from '../../../protocol/index.ts';
import type { Files } from '../../bundle.ts';
import { appHashAfter, type MainState, readMainState } from '../../light/index.ts';
import type { AuditOptions } from '../audit.ts';
import { type Check, lines, notChecked } from '../checks.ts';
import { faultLines } from '../file-checks.ts';
import type { Headers } from '../header-checks.ts';
import type { MainKeys } from '../key-checks.ts';
import type { MainBundle } from './bundle.ts';
import { communityChecks } from './community-checks.ts';
import { electraChecks } from './electra-checks.ts';
import { evidenceChecks, type OfEvidence, type ProvenDays } from './evidence-checks.ts';
import { registerChecks } from './register-checks.ts';
import { ENTRIES_DUE_S, poolChecks } from './settlement-checks.ts';
import { duePeriods, sumChecks } from './sum-checks.ts';

const head = { id: '2' as const, name: 'modules' };

/** What main.json proves, or why it proves nothing. */
function provenState({ main }: MainBundle, { state }: Headers, genesis: SharedGenesis): { checks: Check[]; state: MainState | null } {
  const without = (...checks: Check[]) => ({ checks, state: null });
  if (!state) return without(notChecked('2', 'modules', 'the headers it leads to are not believed (check 1)', undefined, '1'));
  if (main.fault) return without(...faultLines(head, main.fault));
  const refused = (detail: string, status?: 'unreadable') => without(...lines(head, [{ detail, ...(status ? { status } : {}) }], ''));
  const { chainId, height } = main.value;
  if (chainId !== genesis.chainId) return refused(`main.chainId is ${chainId}, genesis says ${genesis.chainId}`);
  const newest = Math.max(...state.headers.keys());
  if (height + 1 !== newest)
    return refused(`${MAIN_PATH}: as of block ${height}, though headers go up to ${newest}: the newest is expected`, 'unreadable');
  try {
    const proven = readMainState(main.value, appHashAfter(state, height));
    return { checks: lines(head, [], `register, settlement, ELECTRA and bank as in the state after block ${height}`), state: proven };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return refused(`${MAIN_PATH}: ${error.message}`);
  }
}

export interface ModuleResult {
  checks: Check[];
  /** days on which weeks begin whose sums are due */
  periods: readonly string[];
  state: MainState | null;
  /** what communities' chains have shown, by day and uplink */
  proven: ProvenDays;
}

const HANGING = [
  ['10', 'communities'],
  ...['pools', 'conservation'].map((name) => ['12', name] as const),
  ...['supply', 'reserve', 'redemptions', 'roles', 'accounts'].map((name) => ['13', name] as const),
] as const;

/**
 * What the block that left the state is not before: headers that came before it, days that it has frozen, and weeks that its own state says
 * were ready, due or executed, which are kept for good. Who makes a bundle chooses its headers and days, not those. Never after
 * `heldByUnixS`.
 */
function knownBefore({ days }: MainBundle, headers: Headers, { settlement }: MainState, heldByUnixS: number): number {
  const earlier = [...headers.state!.headers.values()].slice(0, -1).map((header) => headers.timeOf(header));
  const frozen = days.flatMap(({ chain }) => (chain ? [chain.frozenUnixS] : []));
  const weeks = settlement.periods.flatMap(({ readyUnixS, executedUnixS, dueHeight }) => [
    Number(readyUnixS) + (dueHeight > 0n ? ENTRIES_DUE_S : 0),
    Number(executedUnixS),
  ]);
  return Math.min(heldByUnixS, Math.max(0, ...earlier, ...frozen, ...weeks));
}

/** Checks 10, 12 and 13. Never called for a draft. */
export async function moduleChecks(
  bundle: MainBundle,
  headers: Headers,
  genesis: SharedGenesis,
  { keys, communities = [], ...options }: AuditOptions & { keys: MainKeys; communities?: readonly Files[] },
): Promise<ModuleResult> {
  const { checks, state } = provenState(bundle, headers, genesis);
  if (!state) {
    const days = bundle.days.filter(({ book }) => book !== null);
    const hanging = HANGING.map(([id, name]) => notChecked(id, name, 'what the modules hold is not proven (check 2)', undefined, '2'));
    const ofDays = days.flatMap(({ date }) =>
      ['evidence', 'net'].map((name) => notChecked('11', name, 'what the modules hold is not proven (check 2)', date, '2')),
    );
    return { checks: [...checks, ...hanging, ...ofDays], periods: [], state, proven: new Map() };
  }
  const blocks = [...headers.state!.headers.values()];
  const newest = blocks.at(-1)!;
  const asOfUnixS = headers.timeOf(newest);
  const held = headers.state!.headers.get(newest.height - 1);
  const heldByUnixS = held ? headers.timeOf(held) : asOfUnixS;
  const at = {
    asOfUnixS,
    heldUnixS: held ? heldByUnixS : knownBefore(bundle, headers, state, heldByUnixS),
    heldByUnixS,
    height: newest.height - 1,
    graceBlocks: genesis.params.graceBlocks,
    blocks: blocks.map((header) => ({ height: header.height, unixS: headers.timeOf(header) })),
  };
  const { settlement, register } = state;
  const sums = await sumChecks({ settlement, file: bundle.settlements, days: bundle.days, genesis, key: keys['bill-sum'], at }, options);
  const shown: OfEvidence = { state, days: bundle.days, genesis, files: bundle.communities };
  const evidence = await evidenceChecks(shown, keys.net, options);
  const own: Check[] = [];
  const side = { chainId: genesis.chainId, dates: bundle.days.map(({ date }) => date), proven: evidence.proven };
  for (const files of communities) own.push(...(await communityChecks(files, register, side, options)));
  return {
    checks: [
      ...checks,
      ...evidence.checks,
      ...own,
      ...registerChecks(register, genesis, { ...options, days: bundle.days, meters: state.meters, nowUnixS: newest.timeUnixS }),
      ...poolChecks(state, at),
      ...sums,
      ...electraChecks(state, asOfUnixS),
    ],
    periods: duePeriods(settlement, bundle.days).map(dayToDate),
    state,
    proven: evidence.proven,
  };
}
