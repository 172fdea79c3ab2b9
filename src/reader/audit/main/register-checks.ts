/**
 * Check 10: the communities behind the uplinks, as the chain has registered them. Who registered one, unvetoed, vouches that it is one;
 * here it is named what that rests on and what is out of order.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { isDevelopmentKeyId, type SharedGenesis } from '../../../protocol/genesis/index.ts';
import { CIRCUIT_NAMES } from '../../../protocol/index.ts';
import type { MeterState, RegisterState } from '../../light/index.ts';
import { type Check, type Fault, lines } from '../checks.ts';
import type { KeyOptions } from '../key-checks.ts';
import { digestOf } from '../roster-checks.ts';
import type { MainDay } from './bundle.ts';

const SUSPENDED: Readonly<Record<string, string>> = {
  conflict: 'two headers of its chain at one height were shown',
  vote: 'more than two thirds of the power voted for it',
};

function keyFaults({ keyIds }: RegisterState, { developmentKeys }: KeyOptions): Fault[] {
  const names = [...keyIds.keys()].sort();
  const development = names.filter((circuit) => isDevelopmentKeyId(circuit, keyIds.get(circuit)!));
  return [
    ...(names.join() === CIRCUIT_NAMES.join() ? [] : [{ detail: `keys of ${names.join(', ')}, expected ${CIRCUIT_NAMES.join(', ')}` }]),
    ...(developmentKeys || development.length === 0
      ? []
      : [{ detail: `communities may have development keys (${development.join(', ')}): accepted with --development-keys only` }]),
  ];
}

/** Its light client goes on only from a header that is young enough. */
function clientFault({ kept }: RegisterState, uplink: string, trustPeriodS: number, asOfUnixS: number): Fault[] {
  const last = kept.filter((one) => one.uplink === uplink).at(-1);
  if (!last) return [{ meter: uplink, detail: 'no header of its chain is kept' }];
  const ageS = asOfUnixS - Number(last.unixNs / 1_000_000_000n);
  if (ageS < trustPeriodS) return [];
  return [{ meter: uplink, status: 'open', detail: `its light client ran out: the last header of its chain is of height ${last.height}` }];
}

/** Uplinks that shared and are no registered community. */
function strangers(days: readonly MainDay[], known: ReadonlySet<string>): Fault[] {
  const metered = days.flatMap(({ book }) => book?.book.meters.filter(({ source }) => source === 'metered') ?? []);
  return [...new Set(metered.map(({ meter }) => meter))]
    .filter((meter) => !known.has(meter))
    .map((meter) => ({ meter, detail: 'shared energy, and no community is registered behind it' }));
}

/** Whether a roster is the one that the chain froze: that of another is told by its own line. */
const isFrozen = ({ roster, chain }: MainDay): boolean => roster !== null && chain?.rosterDigest === digestOf(roster);

/** Every uplink is on the rosters of its days, and of no others: who is left out of one would not even be absent. */
function rosterFaults(days: readonly MainDay[], meters: readonly MeterState[]): Fault[] {
  return days.filter(isFrozen).flatMap(({ date, day, roster }): Fault[] => {
    if (!roster) return [];
    const listed = new Set(roster.meters.map(({ meter }) => meter));
    const due = new Set(
      meters.filter((one) => one.firstDay <= day && (one.lastDay === null || day <= one.lastDay)).map(({ meter }) => meter),
    );
    return [
      ...[...due]
        .filter((meter) => !listed.has(meter))
        .map((meter): Fault => ({ meter, detail: `not on the roster of ${date}, a day of its` })),
      ...[...listed]
        .filter((meter) => !due.has(meter))
        .map((meter): Fault => ({ meter, detail: `on the roster of ${date}, no day of its` })),
    ];
  });
}

/** Check 10. `nowUnixS`: real time of the newest header, by which light clients go. */
export function registerChecks(
  register: RegisterState,
  genesis: SharedGenesis,
  { days, meters, nowUnixS, ...options }: KeyOptions & { days: readonly MainDay[]; meters: readonly MeterState[]; nowUnixS: number },
): Check[] {
  const { communities, pending } = register;
  const head = { id: '10' as const, name: 'communities' };
  const byChain = new Map(communities.map((one) => [one.chainId, one.uplink]));
  const faults: Fault[] = [
    ...keyFaults(register, options),
    ...strangers(days, new Set(communities.map(({ uplink }) => uplink))),
    ...rosterFaults(days, meters),
    ...communities.flatMap(({ uplink, chainId, suspended }): Fault[] => [
      ...(chainId === genesis.chainId ? [{ meter: uplink, detail: 'the main chain itself is registered as a community' }] : []),
      ...(suspended
        ? [{ meter: uplink, status: 'open' as const, detail: `${chainId} is suspended: ${SUSPENDED[suspended] ?? suspended}` }]
        : []),
      ...(suspended ? [] : clientFault(register, uplink, genesis.params.trustPeriodS, nowUnixS)),
    ]),
    ...communities
      .filter(({ uplink, chainId }) => byChain.get(chainId) !== uplink)
      .map(({ uplink, chainId }): Fault => ({ meter: uplink, status: 'open', detail: `${chainId} had this uplink before another` })),
    ...pending.map(({ uplink, register: of, treasury, dueUnixS }): Fault => {
      const what = of
        ? `${of.chainId} is to be registered`
        : treasury
          ? `its treasury is to be ${treasury}`
          : 'its light client is to go on';
      return { meter: uplink, status: 'open', detail: `${what} at chain time ${dueUnixS}, unless more than a third of the power vetoes` };
    }),
  ];
  const named = communities.map(({ chainId, genesisHash }) => `${chainId} (genesis ${bytesToHex(genesisHash).slice(0, 16)}…)`);
  return lines(head, faults, `${communities.length} registered: ${named.join(', ')}`);
}
