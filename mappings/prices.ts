/** Outside prices of single slots. Of two of one slot the later on the chain counts; within one block that is the last. */
import type { MsgSetPrices } from '../src/protocol/messages/generated/electra/meter/v1/tx.ts';
import { chainTimeOf, readClock } from './clock.ts';
import { int32, messageHandler } from './handler.ts';

export const handleSetPrices = messageHandler<MsgSetPrices>(async ({ msg: { decodedMsg: prices }, block: { header } }, store) => {
  const rows = prices.retailNelPerWh.map((retail, i) => ({
    slot: int32(prices.fromSlot + i, 'slot'),
    retailNelPerWh: int32(retail, `retailNelPerWh[${i}]`),
    feedInNelPerWh: int32(prices.feedInNelPerWh[i], `feedInNelPerWh[${i}]`),
  }));
  const unixS = chainTimeOf(await readClock(store), header.time);
  for (const row of rows) {
    const id = `${row.slot}-${header.height}`;
    await store.set('SlotPrices', id, { id, ...row, height: header.height, unixS });
  }
});
