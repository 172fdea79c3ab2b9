/** On which main chain the community shares. Of two of one first day the later on the chain counts; within one block that is the last. */
import type { MsgSetUplink } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { hex, int32, messageHandler, plainText } from './handler.ts';

export const handleSetUplink = messageHandler<MsgSetUplink>(async ({ msg: { decodedMsg: said }, block }, store) => {
  const { height } = block.header;
  const fromDay = int32(said.fromDay, 'fromDay');
  const id = `${fromDay}-${height}`;
  const isNone = said.mainChainId === '';
  await store.set('Uplink', id, {
    id,
    fromDay,
    mainChainId: isNone ? null : plainText(said.mainChainId),
    mainGenesisHash: isNone ? null : hex(said.mainGenesisHash),
    uplink: isNone ? null : plainText(said.uplink),
    height,
  });
});
