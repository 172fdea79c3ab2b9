/** Where a retired meter's registers ended: the operator's word as a commitment, once, and the member's objection to it. */
import type { MsgFinalReading, MsgObjectFinalReading } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { chainTimeOf, readClock } from './clock.ts';
import { hex, messageHandler, Unplaceable } from './handler.ts';

export const handleFinalReading = messageHandler<MsgFinalReading>(async ({ msg: { decodedMsg: reading }, block: { header } }, store) => {
  const meter = await store.get('Meter', reading.meter);
  const day = meter?.lastDay ?? null;
  if (day === null) throw new Unplaceable('unknown-meter', `meter: expected a retired one, got ${reading.meter}`);
  await store.set('FinalReading', reading.meter, {
    id: reading.meter,
    meter: reading.meter,
    day,
    link: hex(reading.link),
    height: header.height,
    unixS: chainTimeOf(await readClock(store), header.time),
    objectedHeight: null,
  });
});

export const handleObjectFinalReading = messageHandler<MsgObjectFinalReading>(
  async ({ msg: { decodedMsg: objection }, block: { header } }, store) => {
    const reading = await store.get('FinalReading', objection.meter);
    if (!reading) throw new Unplaceable('not-read', `meter: expected one with a final reading, got ${objection.meter}`);
    await store.set('FinalReading', reading.id, { ...reading, objectedHeight: header.height });
  },
);
