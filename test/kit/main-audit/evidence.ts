/**
 * What the chains of the audit's test communities showed of their days: one header each of after the week, proofs under it, and the Net
 * proofs of what was stated. A test lies by changing the plan.
 */
import { toBase64 } from '@cosmjs/encoding';
import type { ShownDay } from '../../../src/node/shared/community-files.ts';
import { compressProof } from '../../../src/protocol/bundle/points.ts';
import { headerHash } from '../../../src/protocol/comet/index.ts';
import { readSharedGenesis } from '../../../src/protocol/genesis/index.ts';
import { communityPath, encodeCommunityFile, fieldToBytes, type LightValidator } from '../../../src/protocol/index.ts';
import { Proven, Uplink } from '../../../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { Kept } from '../../../src/protocol/messages/generated/electra/register/v1/types.ts';
import { encodeEvidence, stateKeys } from '../../../src/reader/light/index.ts';
import { lightFile, setOf, signedHeader, type TestValidator, validators } from '../audit/headers.ts';
import { type Entry, State } from '../audit/iavl.ts';
import { FIRST_DAY } from '../genesis.ts';
import { once } from '../made-once.ts';
import { type Behind, chainIdOf, communityTotals, provenNet } from './days.ts';
import { MAIN_CHAIN_ID, mainGenesisText, UPLINKS } from './genesis.ts';

const HEIGHT = 900;
const TIME = '2026-07-10T12:00:00Z';
export const mainGenesisHash = once(() => readSharedGenesis(JSON.parse(mainGenesisText())).hash);

/** How a community's chain is, if not honest. */
export interface EvidencePlan {
  /** of each day's book, how many entries it has and how many of them are copies; default 20 and 1 */
  copies?: { entries: number; copies: number };
  /** on which main chain it says that it shares */
  main?: { chainId?: string; genesisHash?: string; uplink?: string };
  /** who signs its header; default all */
  signers?: (set: readonly TestValidator[]) => TestValidator[];
  /** the header's time; default after the week */
  time?: string;
  /** the day whose book's X is shown for another one's */
  totalsOf?: (day: number) => number;
  /** whom the header before announced as its validators; default those that it has */
  announced?: readonly TestValidator[];
  /** makes another header of the same height */
  salt?: string;
  /** whose books and validators are behind the uplink, if not made-up ones */
  behind?: Behind & { set: readonly TestValidator[]; bookHash: (day: number) => string };
}

const nameOf = (n: number, { behind }: EvidencePlan): string => behind?.chainId ?? chainIdOf(n);

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

function entriesOf(n: number, days: readonly number[], plan: EvidencePlan): Entry[] {
  const { copies, main, totalsOf = (day) => day, behind } = plan;
  const hashOf = (day: number) => (behind ? bytes(behind.bookHash(day)) : new Uint8Array(32).fill(n + 1));
  const totals = (day: number) => (behind?.totals(day) ?? communityTotals(n, totalsOf(day))).X;
  const { chainId = MAIN_CHAIN_ID, genesisHash = mainGenesisHash(), uplink = UPLINKS[n] } = main ?? {};
  const none = Uplink.fromPartial({ fromDay: 0, height: 1n });
  const here = Uplink.fromPartial({ fromDay: FIRST_DAY, mainChainId: chainId, mainGenesisHash: bytes(genesisHash), uplink, height: 2n });
  return [
    ...days.map((day) => ({
      key: stateKeys.proven(day, 1),
      value: Proven.encode(
        Proven.fromPartial({
          ...{ day, version: 1, bookHash: hashOf(day), totals: fieldToBytes(totals(day)) },
          ...{
            entries: 20,
            copies: 1,
            height: 800n,
            unixS: BigInt((day + 1) * 86_400 + 50_000),
            pricesHash: new Uint8Array(32),
            ...copies,
          },
        }),
      ).finish(),
    })),
    { key: stateKeys.uplink(0), value: Uplink.encode(none).finish() },
    { key: stateKeys.uplink(FIRST_DAY), value: Uplink.encode(here).finish() },
    { key: Uint8Array.of(200), value: Uint8Array.of(1) },
  ];
}

/** The state of a community's chain, and the signed header over it. */
function chainOf(n: number, days: readonly number[], plan: EvidencePlan) {
  const state = new State(entriesOf(n, days, plan));
  const set = plan.behind?.set ?? validators(4, `community ${n} `);
  const of = { chainId: nameOf(n, plan), height: HEIGHT, time: plan.time ?? TIME, appHash: state.appHash, set };
  const block = signedHeader({ ...of, ...(plan.signers ? { signers: plan.signers(set) } : {}), ...(plan.salt ? { salt: plan.salt } : {}) });
  return { state, set, block };
}

/** What the main chain keeps of it: the checkpoint, and the header. */
export function keptOf(n: number, days: readonly number[], plan: EvidencePlan = {}): Kept[] {
  const { set, block } = chainOf(n, days, plan);
  const [next, hash] = [setOf(plan.announced ?? set).hash, headerHash(block.header)];
  const at = (time: string): bigint => BigInt(Date.parse(time)) * 1_000_000n;
  const common = { uplink: UPLINKS[n], nextValidatorsHash: setOf(set).hash };
  return [
    Kept.fromPartial({
      ...common,
      nextValidatorsHash: next,
      height: 3n,
      hash: new Uint8Array(32).fill(3),
      unixNs: at('2026-06-30T00:00:00Z'),
    }),
    Kept.fromPartial({ ...common, height: BigInt(HEIGHT), hash, unixNs: at(plan.time ?? TIME) }),
  ];
}

/** `communities/CHAIN-ID.json`, as path and text. */
export async function communityFile(n: number, days: readonly number[], plan: EvidencePlan = {}): Promise<[string, string]> {
  const { state, set, block } = chainOf(n, days, plan);
  const shown = [];
  for (const day of days)
    shown.push({
      ...{
        day,
        height: HEIGHT,
        store: state.store,
        proven: state.prove(stateKeys.proven(day, 1)),
        uplink: state.prove(stateKeys.uplink(day)),
      },
      net: await provenNet(n, day, plan.behind),
    });
  const chainId = nameOf(n, plan);
  const light = lightFile(chainId, [{ ...block, set }]);
  const announced = plan.announced ? [listOf(plan.announced)] : [];
  return [communityPath(chainId), encodeCommunityFile({ chainId, uplink: UPLINKS[n], days: shown }, light, announced)];
}

const listOf = (set: readonly TestValidator[]): LightValidator[] =>
  setOf(set).validators.map(({ publicKey, power }) => ({ key: toBase64(publicKey), power: String(power) }));

/** The same as an index has it, from what the main chain was sent. */
export async function shownDays(n: number, days: readonly number[], plan: EvidencePlan = {}): Promise<ShownDay[]> {
  const { state, set, block } = chainOf(n, days, plan);
  const op = (data: string) => ({ type: '', key: '', data });
  const sent = (day: number): Uint8Array => {
    const proofs = [stateKeys.proven(day, 1), stateKeys.uplink(day)].map((key) => [op(state.prove(key)), op(state.store)]);
    return encodeEvidence({ ...block, validators: setOf(set), trusted: setOf(plan.announced ?? set), proofs });
  };
  const rows = [];
  for (const day of days) {
    const net = compressProof(await provenNet(n, day), 'net');
    rows.push({ chain_id: chainIdOf(n), uplink: UPLINKS[n], day, evidence: Buffer.from(sent(day)), net_proof: Buffer.from(net) });
  }
  return rows;
}
