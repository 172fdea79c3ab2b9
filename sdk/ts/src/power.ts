/**
 * What a meter that is a validator says of who has power (protocol §9.6): a veto against somebody's queued beginning or end, and that it
 * wants to leave itself. Each is one message of its own account, to be sent with `signTx` like any other.
 */
import * as query from '../../../src/protocol/messages/generated/electra/meter/v1/query.ts';
import { MsgLeaveValidators, MsgVetoValidator } from '../../../src/protocol/messages/messages.ts';
import type { EncodedMessage } from '../../../src/protocol/messages/sign.ts';
import { typeUrlOf } from '../../../src/protocol/messages/table.ts';
import type { CometRpc } from './rpc.ts';

/** `meter` says no to the beginning of `target`'s power, or with `end` to its end. */
export const vetoValidator = (veto: { meter: string; target: string; end: boolean }): EncodedMessage => ({
  typeUrl: typeUrlOf('VetoValidator'),
  value: MsgVetoValidator.encode(veto).finish(),
});

/** `meter` asks for the end of its own power, which nobody can veto. */
export const leaveValidators = (meter: string): EncodedMessage => ({
  typeUrl: typeUrlOf('LeaveValidators'),
  value: MsgLeaveValidators.encode({ meter }).finish(),
});

/** A change that waits. `vetoedBy`: meters that had power when they said so. */
export interface QueuedChange {
  meter: string;
  end: boolean;
  /** by the meter itself: nobody can veto it */
  asked: boolean;
  dueUnixS: number;
  vetoedBy: readonly string[];
}

/** Every change that waits, the soonest first, and how much power there is. */
export async function queuedChanges(rpc: CometRpc): Promise<{ power: number; changes: readonly QueuedChange[] }> {
  const { value } = await rpc.query('/electra.meter.v1.Query/ValidatorChanges', query.QueryValidatorChangesRequest.encode({}).finish());
  const { power, changes } = query.QueryValidatorChangesResponse.decode(value);
  return {
    power: Number(power),
    changes: changes.map((c) => ({
      meter: c.meter,
      end: c.power === 0n,
      asked: c.asked,
      dueUnixS: Number(c.dueUnixS),
      vetoedBy: c.vetoedBy,
    })),
  };
}
