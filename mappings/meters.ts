/** Enrolment and retirement. An address enrols once, ever; a replaced meter is a new address. */
import type { MsgEnrolMeter, MsgRetireMeter } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { addressHex } from './address.ts';
import { hex, int32, messageHandler, Unplaceable } from './handler.ts';
import { queueBeginning, queueRemoval } from './validators.ts';

export const handleEnrolMeter = messageHandler<MsgEnrolMeter>(async ({ msg: { decodedMsg: enrol }, block }, store) => {
  await store.set('Meter', enrol.meter, {
    id: enrol.meter,
    address: addressHex(enrol.meter, 'meter'),
    member: enrol.member,
    firstDay: int32(enrol.firstDay, 'firstDay'),
    lastDay: null,
    serviceDay: null,
    maxWhPerSlot: int32(enrol.maxWhPerSlot, 'maxWhPerSlot'),
    consensusKey: enrol.consensusKey.length > 0 ? hex(enrol.consensusKey) : null,
    enrolledHeight: block.header.height,
  });
  if (enrol.consensusKey.length > 0) await queueBeginning(store, enrol.meter, block);
});

export const handleRetireMeter = messageHandler<MsgRetireMeter>(async ({ msg: { decodedMsg: retire }, block }, store) => {
  const meter = await store.get('Meter', retire.meter);
  if (!meter) throw new Unplaceable('unknown-meter', `meter: expected an enrolled one, got ${retire.meter}`);
  const retired = { ...meter, lastDay: int32(retire.lastDay, 'lastDay') };
  await store.set('Meter', meter.id, retired);
  await queueRemoval(store, retired, block);
});
