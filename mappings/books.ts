/** What the operator says about a day: a dispute of a commitment, and the anchor of a book. Both are for ever. */
import type { MsgAnchorBook, MsgDisputeDay, MsgProveBook } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { chainTimeOf, readClock } from './clock.ts';
import { hex, int32, messageHandler, plainText } from './handler.ts';

export const handleDisputeDay = messageHandler<MsgDisputeDay>(
  async (
    {
      msg: { decodedMsg: dispute },
      block: {
        header: { height },
      },
    },
    store,
  ) => {
    const day = int32(dispute.day, 'day');
    const id = `${dispute.meter}-${day}`;
    await store.set('Dispute', id, { id, meter: dispute.meter, day, reason: plainText(dispute.reason), height });
  },
);

export const handleAnchorBook = messageHandler<MsgAnchorBook>(async ({ msg: { decodedMsg: anchor }, block: { header } }, store) => {
  const day = int32(anchor.day, 'day');
  const version = int32(anchor.version, 'version');
  const id = `${day}-${version}`;
  await store.set('Anchor', id, {
    id,
    day,
    version,
    bookHash: hex(anchor.bookHash),
    totals: anchor.totals.length > 0 ? hex(anchor.totals) : null,
    height: header.height,
    unixS: chainTimeOf(await readClock(store), header.time),
  });
});

/** Books and proofs stay in blocks; which of them hold the chain's own state says, where a proof shows it. */
export const handleProveBook = messageHandler<MsgProveBook>(async () => {});
