/** Prices of single slots behind proven keys: values.ts says how a value is read. */
import { PRICE_LIMIT } from '../../protocol/day/prices.ts';
import type { SlotPrices } from '../../protocol/day/slot-prices.ts';
import { SlotPrices as SlotPricesValue } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { U32_MAX, UNIX_S_MAX } from '../../protocol/values/time.ts';
import type { Entry } from './ics23.ts';
import { stateKeys } from './keys.ts';
import { heightOf, read, whole } from './state-fields.ts';

/** `unixS`: chain time of the block that set them. */
export interface SlotPricesState extends SlotPrices {
  height: number;
  unixS: number;
}

/** The tick is not looked at: see params. */
export const readSlotPrices = (entry: Entry): SlotPricesState =>
  read(
    entry,
    'slot prices',
    SlotPricesValue,
    (m) => ({
      slot: whole(m.slot, 'slot prices.slot', 0, U32_MAX),
      retailNelPerWh: whole(m.retailNelPerWh, 'slot prices.retail_nel_per_wh', 1 - PRICE_LIMIT, PRICE_LIMIT - 1),
      feedInNelPerWh: whole(m.feedInNelPerWh, 'slot prices.feed_in_nel_per_wh', 1 - PRICE_LIMIT, PRICE_LIMIT - 1),
      height: heightOf(m.height, 'slot prices'),
      unixS: whole(m.unixS, 'slot prices.unix_s', 0, UNIX_S_MAX),
    }),
    ({ slot }) => stateKeys.slotPrices(slot),
  );
