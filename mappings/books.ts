/** What the operator says about a day: a dispute of a commitment, the anchor of a book, its proofs. All are for ever. */
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

/**
 * With its last part a whole is verified, and what the chain took is proven. Its bytes stay in the block: a book is the node's own, and a
 * reader takes it from a chain node.
 */
export const handleProveBook = messageHandler<MsgProveBook>(async ({ msg: { decodedMsg: proof }, block: { header } }, store) => {
  const [day, version, part, parts] = (['day', 'version', 'part', 'parts'] as const).map((field) => int32(proof[field], field));
  if (part + 1 < parts) return;
  const id = `${day}-${version}`;
  const unixS = chainTimeOf(await readClock(store), header.time);
  await store.set('ProvenBook', id, { id, day, version, parts, height: header.height, unixS });
});
