/** Outside prices and the daily fee. Of two tariffs from one day the later on the chain counts; within one block that is the last. */
import type { MsgSetTariff } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { int32, messageHandler, plainText } from './handler.ts';

export const handleSetTariff = messageHandler<MsgSetTariff>(
  async (
    {
      msg: { decodedMsg: tariff },
      block: {
        header: { height },
      },
    },
    store,
  ) => {
    const fromDay = int32(tariff.fromDay, 'fromDay');
    const id = `${fromDay}-${height}`;
    await store.set('Tariff', id, {
      id,
      fromDay,
      rule: plainText(tariff.rule),
      retailNelPerWh: tariff.retailNelPerWh.map((price, slot) => int32(price, `retailNelPerWh[${slot}]`)),
      feedInNelPerWh: tariff.feedInNelPerWh.map((price, slot) => int32(price, `feedInNelPerWh[${slot}]`)),
      feePerDayNel: BigInt(tariff.feePerDayNel.toString()),
      height,
    });
  },
);
