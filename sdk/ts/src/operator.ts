/**
 * Who the operator is, as one node has it, and what a meter that is a validator says of it (protocol §9.8): a veto against a queued
 * rotation,
 * or the name of another operator, which needs no signature where more than two thirds of the power say so. To whom a meter seals does
 * not follow from this: see node-key.ts.
 */
import * as query from '../../../src/protocol/messages/generated/electra/meter/v1/query.ts';
import { MsgReplaceOperator, MsgVetoRotation } from '../../../src/protocol/messages/messages.ts';
import type { EncodedMessage } from '../../../src/protocol/messages/sign.ts';
import { typeUrlOf } from '../../../src/protocol/messages/table.ts';
import type { CometRpc } from './rpc.ts';

export interface OperatorState {
  /** bech32: in force */
  operator: string;
  /** how many led to it */
  rotations: number;
  queued: readonly { n: number; address: string; dueUnixS: number; vetoedBy: readonly string[] }[];
  votes: readonly { meter: string; address: string }[];
}

export async function operatorState(rpc: CometRpc): Promise<OperatorState> {
  const ask = async (name: string, request: Uint8Array) => (await rpc.query(`/electra.meter.v1.Query/${name}`, request)).value;
  const { operator } = query.QueryParamsResponse.decode(await ask('Params', query.QueryParamsRequest.encode({}).finish()));
  const all = query.QueryRotationsResponse.decode(await ask('Rotations', query.QueryRotationsRequest.encode({}).finish()));
  return {
    operator,
    rotations: all.rotations.length,
    queued: all.queued.map(({ n, address, unixS, vetoedBy }) => ({ n, address, dueUnixS: Number(unixS), vetoedBy })),
    votes: all.votes.map(({ meter, address }) => ({ meter, address })),
  };
}

/** `meter` says no to the n-th rotation of the operator. */
export const vetoRotation = (veto: { meter: string; n: number }): EncodedMessage => ({
  typeUrl: typeUrlOf('VetoRotation'),
  value: MsgVetoRotation.encode(veto).finish(),
});

/** `meter` names the next operator itself, by the n-th rotation. */
export const replaceOperator = (vote: { meter: string; n: number; address: string }): EncodedMessage => ({
  typeUrl: typeUrlOf('ReplaceOperator'),
  value: MsgReplaceOperator.encode(vote).finish(),
});
