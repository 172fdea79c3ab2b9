/** A member's word that openings were not delivered, and its withdrawal. A withdrawn one stays in the table: history is added to. */
import type { MsgNoBill, MsgWithdrawNoBill } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { int32, messageHandler, Unplaceable } from './handler.ts';

export const handleNoBill = messageHandler<MsgNoBill>(
  async (
    {
      msg: { decodedMsg: noBill },
      block: {
        header: { height },
      },
    },
    store,
  ) => {
    const day = int32(noBill.day, 'day');
    const id = `${noBill.meter}-${day}-${height}`;
    await store.set('NoBill', id, { id, meter: noBill.meter, day, openHeight: height, withdrawnHeight: null });
  },
);

export const handleWithdrawNoBill = messageHandler<MsgWithdrawNoBill>(
  async (
    {
      msg: { decodedMsg: withdraw },
      block: {
        header: { height },
      },
    },
    store,
  ) => {
    const day = int32(withdraw.day, 'day');
    for (let offset = 0; ; offset += PAGE) {
      const page = await store.getByFields(
        'NoBill',
        [
          ['meter', '=', withdraw.meter],
          ['day', '=', day],
        ],
        { offset, limit: PAGE },
      );
      const open = page.find(({ withdrawnHeight }) => withdrawnHeight === null || withdrawnHeight === undefined);
      if (open) return store.set('NoBill', open.id, { ...open, withdrawnHeight: height });
      if (page.length < PAGE) throw new Unplaceable('not-open', `day: expected an open NoBill of ${withdraw.meter} for day ${day}`);
    }
  },
);

const PAGE = 100;
