/**
 * What a meter asks of the chain, as an interface: `rpcChain` answers it over CometBFT's RPC, a fleet may share one answer among many
 * meters, and tests script it. Queries carry the height of the state they were read from, because a node behind may answer with yesterday's
 * truth.
 */
import { BaseAccount } from 'cosmjs-types/cosmos/auth/v1beta1/auth';
import { QueryAccountRequest, QueryAccountResponse } from 'cosmjs-types/cosmos/auth/v1beta1/query';
import * as query from '../../../src/protocol/messages/generated/electra/meter/v1/query.ts';
import type { NodeKey, Rotation } from '../../../src/protocol/messages/generated/electra/meter/v1/types.ts';
import { type CometRpc, RpcError, type TxAnswer, type TxFound } from './rpc.ts';

export interface ChainStatus {
  height: number;
  /** Chain time in seconds (the chain's own clock, which may run at another rate than ours). */
  chainUnixS: number;
}

export interface AccountState {
  accountNumber: bigint;
  sequence: bigint;
}

export interface UsedSlots {
  /** Height of the state that was asked. */
  height: number;
  slots: ReadonlySet<number>;
  days: ReadonlySet<number>;
}

export interface MeterChain {
  status(): Promise<ChainStatus>;
  /** Undefined while the chain knows no such account. */
  account(address: string): Promise<AccountState | undefined>;
  /** All published node keys, oldest first. */
  nodeKeys(): Promise<NodeKey[]>;
  /** The operator's rotations in force, oldest first. */
  rotations(): Promise<Rotation[]>;
  /** What the chain holds already of a meter between two slots (inclusive). */
  used(meter: string, fromSlot: number, toSlot: number): Promise<UsedSlots>;
  /** The commitment of a meter's day, 32 bytes, undefined where there is none. */
  commitment(meter: string, day: number): Promise<Uint8Array | undefined>;
  /** Optional: whose statements of a day the operator disputed, and why. */
  disputes?(day: number): Promise<{ meter: string; reason: string }[]>;
  /** Hands a transaction to a mempool. Rejects with a `network` RpcError when nobody knows whether it arrived. */
  broadcast(txBytes: Uint8Array): Promise<TxAnswer>;
  /** The included transaction, undefined while there is none. */
  tx(hash: string): Promise<TxFound | undefined>;
  /** The frozen roster of a day, as it is encoded; undefined before the freeze. */
  roster?(day: number): Promise<Uint8Array | undefined>;
  /** Another node than the one that answers now, where there is one: what is dropped for good is asked of it too. */
  readonly witness?: Pick<MeterChain, 'status' | 'commitment' | 'roster'>;
  /** The node that answered last has lied, or is not of this chain: the next question goes to another one, where there is one. */
  leaveNode?(): void;
  /** Optional: resolves at the next block, so that a waiting meter need not poll. */
  nextBlock?(signal?: AbortSignal): Promise<void>;
}

const METER = '/electra.meter.v1.Query/';
const NOT_FOUND = new Set(['sdk/22', 'sdk/38']);

async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RpcError && error.code === 'answer' && NOT_FOUND.has(error.refusal ?? '')) return undefined;
    throw error;
  }
}

/** The chain as seen through one RPC client. With several addresses, the others are witnesses of the one that answers. */
export function rpcChain(rpc: CometRpc): MeterChain {
  return {
    ...questions(rpc),
    get witness() {
      const others = rpc.others();
      return others && questions(others);
    },
    leaveNode: () => rpc.leave(),
  };
}

function questions(rpc: CometRpc): MeterChain {
  const ask = async (method: string, request: Uint8Array) => rpc.query(`${METER}${method}`, request);
  return {
    async status() {
      const { value } = await ask('Status', query.QueryStatusRequest.encode({}).finish());
      const status = query.QueryStatusResponse.decode(value);
      return { height: Number(status.height), chainUnixS: Number(status.chainUnixS) };
    },
    async account(address) {
      const answer = await orUndefined(rpc.query('/cosmos.auth.v1beta1.Query/Account', QueryAccountRequest.encode({ address }).finish()));
      const account = answer && QueryAccountResponse.decode(answer.value).account;
      if (!account) return undefined;
      const { accountNumber, sequence } = BaseAccount.decode(account.value);
      return { accountNumber, sequence };
    },
    async nodeKeys() {
      const { value } = await ask('NodeKeys', query.QueryNodeKeysRequest.encode({}).finish());
      return query.QueryNodeKeysResponse.decode(value).nodeKeys.sort((a, b) => a.epoch - b.epoch);
    },
    async rotations() {
      const { value } = await ask('Rotations', query.QueryRotationsRequest.encode({}).finish());
      return query.QueryRotationsResponse.decode(value).rotations;
    },
    async used(meter, fromSlot, toSlot) {
      const { value, height } = await ask('Used', query.QueryUsedRequest.encode({ meter, fromSlot, toSlot }).finish());
      const used = query.QueryUsedResponse.decode(value);
      return { height, slots: new Set(used.slots), days: new Set(used.days) };
    },
    async commitment(meter, day) {
      const answer = await orUndefined(ask('Commitment', query.QueryCommitmentRequest.encode({ meter, day }).finish()));
      return answer && query.QueryCommitmentResponse.decode(answer.value).commitment?.commitment;
    },
    async roster(day) {
      const answer = await orUndefined(ask('Roster', query.QueryRosterRequest.encode({ day, late: false }).finish()));
      return answer && query.QueryRosterResponse.decode(answer.value).roster?.encoded;
    },
    async disputes(day) {
      const { value } = await ask('Disputes', query.QueryDisputesRequest.encode({ day }).finish());
      return query.QueryDisputesResponse.decode(value).disputes.map(({ meter, reason }) => ({ meter, reason }));
    },
    async broadcast(txBytes) {
      try {
        return await rpc.broadcast(txBytes);
      } catch (error) {
        // the node has these very bytes already: as good as accepted
        if (error instanceof RpcError && error.code === 'answer' && /already exists in cache/.test(error.said))
          return { code: 0, codespace: '', log: '' };
        throw error;
      }
    },
    tx: (hash) => rpc.tx(hash),
  };
}
