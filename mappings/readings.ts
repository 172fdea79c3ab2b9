/**
 * What meters send: sealed reports, and sealed day statements with their public commitment. Nothing is opened here: no key ever comes here.
 */
import type { MsgCloseDay, MsgReport } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { hex, int32, messageHandler } from './handler.ts';

export const handleReport = messageHandler<MsgReport>(
  async (
    {
      msg: { decodedMsg: report },
      block: {
        header: { height },
      },
    },
    store,
  ) => {
    const slot = int32(report.slot, 'slot');
    const id = `${report.meter}-${slot}`;
    await store.set('SealedReport', id, {
      id,
      meter: report.meter,
      slot,
      keyEpoch: int32(report.keyEpoch, 'keyEpoch'),
      sealed: hex(report.sealed),
      height,
    });
  },
);

export const handleCloseDay = messageHandler<MsgCloseDay>(
  async (
    {
      msg: { decodedMsg: close },
      block: {
        header: { height },
      },
    },
    store,
  ) => {
    const day = int32(close.day, 'day');
    const id = `${close.meter}-${day}`;
    await store.set('SealedStatement', id, {
      id,
      meter: close.meter,
      day,
      keyEpoch: int32(close.keyEpoch, 'keyEpoch'),
      commitment: hex(close.commitment),
      sealed: hex(close.sealed),
      height,
    });
    if (close.evidence.length === 0) return;
    const shown = { evidence: hex(close.evidence), netProof: hex(close.netProof) };
    await store.set('DayEvidence', id, { id, meter: close.meter, day, ...shown, height });
  },
);
