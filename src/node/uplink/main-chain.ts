/**
 * What the uplink asks of the main chain's nodes, where its own index has no answer (main-view.ts). A key is sealed to only where the main
 * chain's operator has signed it, as it was when this community joined, or as rotations lead on from there; all else that a node could lie
 * about costs a day at the most.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { rpcChain } from '../../../sdk/ts/src/chain.ts';
import { CometRpc, RpcError } from '../../../sdk/ts/src/rpc.ts';
import * as meters from '../../protocol/messages/generated/electra/meter/v1/query.ts';
import type { Meter } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import * as register from '../../protocol/messages/generated/electra/register/v1/query.ts';
import type { Community, Kept, Pending } from '../../protocol/messages/generated/electra/register/v1/types.ts';
import type { EncodedMessage, Signer } from '../../protocol/messages/sign.ts';
import { followOperator, isSignedBy, nodeKeyDigest } from '../../protocol/meter/operator-signature.ts';
import { billsFromNode, isInBlockOfNode, lastPayoutFromNode, mainStateFromNode, type ProvenMain } from '../indexer/index.ts';
import type { Submitted } from '../signer/client.ts';
import { createSubmitter } from '../signer/submit.ts';
import { UplinkError } from './errors.ts';

/** The main chain as it was joined. */
export interface JoinedMain {
  chainId: string;
  /** 32 bytes */
  genesisHash: Uint8Array;
  /** who signed for it then, after how many rotations */
  operator: { n: number; address: string };
  rpcUrls: readonly string[];
}

export interface MainChain {
  chainUnixS(): Promise<number>;
  meter(): Promise<Meter | undefined>;
  /** registered and in force, with the header that is gone on from */
  community(): Promise<{ community: Community; latest: Kept } | undefined>;
  pending(): Promise<Pending[]>;
  /** @throws UplinkError `main-lies` for a key that its operator has not signed */
  sealingKey(): Promise<{ epoch: number; key: Uint8Array }>;
  send(messages: readonly EncodedMessage[]): Promise<Submitted>;
  /** the next question goes to the next node */
  leave(): void;
}

/** What the first node that has it shows by proof, from the genesis that was joined. */
async function byAnyNode<T>(
  { chainId, genesisHash, rpcUrls }: JoinedMain,
  signal: AbortSignal,
  ask: (node: { rpcUrl: string; genesisHash: string; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  let last: unknown;
  for (const rpcUrl of rpcUrls) {
    try {
      return await ask({ rpcUrl, genesisHash: bytesToHex(genesisHash), signal });
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  }
  throw new UplinkError(
    'main-unreachable',
    `no node of ${chainId} proves its state: ${(last as Error | undefined)?.message ?? 'none is known'}`,
  );
}

/** The state of the main chain's modules. */
export const provenMain = (main: JoinedMain, signal: AbortSignal): Promise<ProvenMain> => byAnyNode(main, signal, mainStateFromNode);

/** Whether the main chain took a transaction in a block. */
export const isInBlock = (main: JoinedMain, tx: { height: number; txHash: string }, signal: AbortSignal): Promise<boolean> =>
  byAnyNode(main, signal, (node) => isInBlockOfNode(node, tx));

/** The number of the last payout of a treasury to an account, and after which block. */
export const provenPayout = (
  main: JoinedMain,
  of: { treasury: string; account: string },
  signal: AbortSignal,
): Promise<{ height: number; number: bigint }> => byAnyNode(main, signal, (node) => lastPayoutFromNode(node, of));

/** What the main chain has of each bill, hidden (B): null where none is kept, before the day is proven and once it is settled. */
export const provenBills = async (
  main: JoinedMain,
  bills: readonly { day: number; meter: string }[],
  signal: AbortSignal,
): Promise<(bigint | null)[]> => (bills.length === 0 ? [] : byAnyNode(main, signal, (node) => billsFromNode(node, bills)));

/** What is not stated waits for it: nothing is lost by that until the day is frozen there. */
const unanswered = (chainId: string, { message }: RpcError): string =>
  `${chainId} does not answer: ${message}. Days wait until it does; other nodes of it go into \`uplink.rpcUrls\` of electra.json`;

const NOT_FOUND = new Set(['sdk/22', 'sdk/38', 'register/5', 'meter/40']);

/** `signer`: null where nothing is sent. */
export function mainChain(
  joined: JoinedMain,
  uplink: string,
  { signer, signal }: { signer: Signer | null; signal: AbortSignal },
): MainChain {
  const rpc = new CometRpc({ urls: joined.rpcUrls });
  const chain = rpcChain(rpc);
  const ask = async (path: string, request: Uint8Array): Promise<Uint8Array | undefined> => {
    try {
      return (await rpc.query(path, request)).value;
    } catch (error) {
      if (error instanceof RpcError && error.code === 'answer' && NOT_FOUND.has(error.refusal ?? '')) return undefined;
      throw error instanceof RpcError ? new UplinkError('main-unreachable', unanswered(joined.chainId, error)) : error;
    }
  };
  const submit = signer && createSubmitter({ rpc, chainId: joined.chainId, signer, signal });
  return {
    chainUnixS: async () => (await chain.status()).chainUnixS,
    async meter() {
      const value = await ask('/electra.meter.v1.Query/Meter', meters.QueryMeterRequest.encode({ address: uplink }).finish());
      return value && meters.QueryMeterResponse.decode(value).meter;
    },
    async community() {
      const value = await ask('/electra.register.v1.Query/Community', register.QueryCommunityRequest.encode({ uplink }).finish());
      const found = value && register.QueryCommunityResponse.decode(value);
      return found?.community && found.latest ? { community: found.community, latest: found.latest } : undefined;
    },
    async pending() {
      const value = await ask('/electra.register.v1.Query/Pending', register.QueryPendingRequest.encode({}).finish());
      return value ? register.QueryPendingResponse.decode(value).pending.filter((one) => one.uplink === uplink) : [];
    },
    sealingKey: () => sealingKey(joined, chain),
    leave: () => rpc.leave(),
    async send(messages) {
      if (!submit) throw new UplinkError('not-enrolled', 'nothing is sent without the uplink’s key');
      return submit(messages);
    },
  };
}

async function sealingKey(
  { chainId, genesisHash, operator }: JoinedMain,
  chain: ReturnType<typeof rpcChain>,
): Promise<{ epoch: number; key: Uint8Array }> {
  const newest = (await chain.nodeKeys()).at(-1);
  if (!newest) throw new UplinkError('not-enrolled', 'the main chain’s exchange node has published no key to seal to yet');
  const { address } = followOperator(chainId, operator, await chain.rotations());
  if (!isSignedBy(address, nodeKeyDigest({ chainId, genesisHash }, newest.epoch, newest.key), newest.signature))
    throw new UplinkError('main-lies', `the sealing key of epoch ${newest.epoch} is not signed by the main chain’s operator ${address}`);
  return { epoch: newest.epoch, key: newest.key };
}
