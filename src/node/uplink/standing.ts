/**
 * How far a community is with joining a main chain, and what is missing: asked of both chains, for a person. Nothing is believed of it that
 * a day depends on.
 */

import { readHex } from '../../protocol/comet/index.ts';
import { DAY_S } from '../../protocol/index.ts';
import type { EvidenceParts } from '../../reader/light/index.ts';
import { METER_STORE, readUplinkInForce, stateKeys, type UplinkState, verifyState } from '../../reader/light/index.ts';
import type { MainChain } from './main-chain.ts';
import { daysTooLate, type TooLate } from './too-late.ts';

export interface Standing {
  /** on the main chain: the meter is enrolled */
  enrolled: { firstDay: number; lastDay: number; treasury: string; capacityWh: number } | null;
  /** what waits for its time there: its number, chain seconds, vetoes so far; `treasury`: whom it would have settlement pay */
  pending: { id: string; what: 'register' | 'resume' | 'treasury'; treasury: string | null; dueUnixS: number; vetoedBy: number }[];
  /** in force there; `suspended`: why nothing is taken of it, or empty */
  registered: {
    chainId: string;
    creditNel: string;
    members: number;
    suspended: string;
    sinceUnixS: number;
    latestHeight: number;
    latestUnixS: number;
  } | null;
  /** days that are shared by the community's own chain, and not on the main chain: there was, or is, no time for them */
  tooLate: TooLate | null;
  /** on the community's own chain, as proven by its newest header */
  shares: UplinkState;
  mainUnixS: number;
  /** what somebody has still to do, a sentence each */
  missing: string[];
}

export interface StandingOptions {
  main: MainChain;
  mainChainId: string;
  uplink: string;
  /** the community's account there, as it joined */
  treasury: string;
  /** the day that it is asked of */
  day: number;
  /** of the main chain's parameters */
  trustPeriodS: number;
  /** how long after its end the main chain freezes a day */
  graceS: number;
  /** the last day that it had frozen at a moment of its chain time; null: none; undefined, or left out: not known */
  frozenTo?: (atUnixS: number) => Promise<number | null | undefined>;
  evidence: (asked: { keys: readonly Uint8Array[]; kept: null }) => Promise<EvidenceParts>;
}

type Found = Omit<Standing, 'missing' | 'tooLate'>;

export async function standing(options: StandingOptions): Promise<Standing> {
  const { main } = options;
  const meter = await main.meter();
  const community = await main.community();
  const pending = (await main.pending()).map(({ id, dueUnixS, vetoedBy, register, treasury }) => ({
    ...{ id: String(id), dueUnixS: Number(dueUnixS), vetoedBy: vetoedBy.length, treasury: treasury || null },
    what: register ? ('register' as const) : treasury ? ('treasury' as const) : ('resume' as const),
  }));
  const found = {
    enrolled: meter ? { firstDay: meter.firstDay, lastDay: meter.lastDay, treasury: meter.member, capacityWh: meter.maxWhPerSlot } : null,
    pending,
    registered: community
      ? {
          ...{
            chainId: community.community.chainId,
            creditNel: String(community.community.creditNel),
            members: community.community.members,
          },
          ...{ suspended: community.community.suspended, latestHeight: Number(community.latest.height) },
          ...{ sinceUnixS: Number(community.community.unixS), latestUnixS: Number(community.latest.unixNs / 1_000_000_000n) },
        }
      : null,
    shares: await sharesOn(options),
    mainUnixS: await main.chainUnixS(),
  };
  return { ...found, tooLate: await lateOf(found, options), missing: missingOf(found, options) };
}

/** Proven: it is this community's own chain. */
async function sharesOn({ day, evidence }: StandingOptions): Promise<UplinkState> {
  const key = stateKeys.uplink(day);
  const { header, proofs } = await evidence({ keys: [key], kept: null });
  return readUplinkInForce(day, verifyState(readHex(header.app_hash, 'app_hash'), METER_STORE, key, proofs![0]));
}

/** So long the status says of days that they were not shared: for two weeks, as of any other. */
const SAID_S = 14 * DAY_S;

async function lateOf(
  { enrolled, pending, registered, shares, mainUnixS }: Found,
  { mainChainId, uplink, graceS, frozenTo }: StandingOptions,
): Promise<TooLate | null> {
  const inForceUnixS = registered?.sinceUnixS ?? pending.find(({ what }) => what === 'register')?.dueUnixS;
  if (inForceUnixS === undefined || !enrolled || shares.main?.chainId !== mainChainId || shares.main.uplink !== uplink) return null;
  const { firstDay } = enrolled;
  const found = daysTooLate({ fromDay: shares.fromDay, firstDay, inForceUnixS, graceS, frozenTo: await frozenTo?.(inForceUnixS) });
  return found && (found.to + 1) * DAY_S + graceS + SAID_S > mainUnixS ? found : null;
}

const MEND = 'where that is the community’s own, `electra uplink treasury --follow`; otherwise have it replaced';

/** Where settlement pays another account than the community's, or is about to: its operator has seven days to have that vetoed. */
function moneyElsewhere({ enrolled, pending }: Pick<Standing, 'enrolled' | 'pending'>, treasury: string): string[] {
  const now = enrolled && enrolled.treasury !== treasury;
  const wrong = now ? [`settlement pays ${enrolled.treasury} there, not the treasury ${treasury} of electra.json: ${MEND}`] : [];
  const others = pending.filter((one) => one.what === 'treasury' && one.treasury !== treasury);
  return [
    ...wrong,
    ...others.map(
      ({ id, treasury: next }) =>
        `settlement is to pay ${next} there, not the treasury ${treasury} of electra.json: ` +
        `unless that is your wish, have number ${id} vetoed`,
    ),
  ];
}

const dateOf = (unixS: number): string => `${new Date(unixS * 1000).toISOString().slice(0, 16)}Z`;

/**
 * Whether the main chain still goes on from the header that it has of this chain, a sentence at most. In real seconds, as headers are.
 * @param latestUnixS of that header
 */
export function clientOf(
  latestUnixS: number,
  { trustPeriodS, mainChainId }: Pick<StandingOptions, 'trustPeriodS' | 'mainChainId'>,
): string[] {
  const endsUnixS = latestUnixS + trustPeriodS;
  const leftS = endsUnixS - Date.now() / 1000;
  const view = `${mainChainId}’s view of this community’s chain`;
  if (leftS <= 0)
    return [
      `${view} ran out ${dateOf(endsUnixS)}: run \`electra uplink join\` again for a new checkpoint, and have its operator resume the ` +
        'community by it (`electra exchange resume`); until then no day is taken',
    ];
  return leftS < trustPeriodS / 2 ? [`${view} runs out ${dateOf(endsUnixS)}: does \`electra uplink run\` run?`] : [];
}

function missingOf({ enrolled, pending, registered, shares }: Found, options: StandingOptions): string[] {
  const { mainChainId, uplink, treasury } = options;
  const missing = moneyElsewhere({ enrolled, pending }, treasury);
  const waits = pending.some(({ what }) => what === 'register');
  if (!enrolled)
    missing.push(`the operator of ${mainChainId} enrols the uplink ${uplink}, with the file that \`electra uplink join\` wrote`);
  if (!registered && !waits) missing.push(`the operator of ${mainChainId} registers the community, with the same file`);
  if (!registered && waits) missing.push('the registration waits for its time; more than a third of the power may veto it');
  if (registered && registered.suspended !== '')
    missing.push(`the community is suspended (${registered.suspended}): the operator of ${mainChainId} resumes it with a new checkpoint`);
  const resumes = pending.some(({ what }) => what === 'resume');
  if (resumes) missing.push('the resumption waits for its time; more than a third of the power may veto it');
  else if (registered && registered.suspended === '') missing.push(...clientOf(registered.latestUnixS, options));
  if (shares.main === null) missing.push('this community’s chain does not say that it shares: electra uplink join says it from a day on');
  else if (shares.main.chainId !== mainChainId || shares.main.uplink !== uplink)
    missing.push(`this community’s chain says that it shares on ${shares.main.chainId} by ${shares.main.uplink}`);
  return missing;
}
