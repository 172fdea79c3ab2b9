/** The node's sealing key of an epoch, in force from the block that includes it. */
import type { MsgPublishNodeKey } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { chainTimeOf, readClock } from './clock.ts';
import { hex, int32, messageHandler } from './handler.ts';

export const handlePublishNodeKey = messageHandler<MsgPublishNodeKey>(
  async ({ msg: { decodedMsg: publish }, block: { header } }, store) => {
    const epoch = int32(publish.epoch, 'epoch');
    const id = String(epoch);
    await store.set('NodeKey', id, {
      id,
      epoch,
      key: hex(publish.key),
      height: header.height,
      effectiveUnixS: chainTimeOf(await readClock(store), header.time),
      signature: hex(publish.signature),
    });
  },
);
