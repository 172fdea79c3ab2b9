/** On which main chain the community shares. The index keeps none of it: what counts is read from the chain's state, with its proof. */
import type { MsgSetUplink } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { int32, messageHandler } from './handler.ts';

export const handleSetUplink = messageHandler<MsgSetUplink>(async ({ msg: { decodedMsg: uplink } }) => {
  int32(uplink.fromDay, 'fromDay');
});
