/** The outside prices of a day, also of one to come: on the chain for anybody, by the rules by which books and auditor read them. */
import { overTariff } from '../../../protocol/day/slot-prices.ts';
import { tariffInForce } from '../../../protocol/genesis/index.ts';
import { SLOTS_PER_DAY } from '../../../protocol/values/time.ts';
import type { Context } from '../context.ts';
import { readSlotPrices, readTariffs } from '../rows/chain.ts';

export async function tariff({ day }: { day: number }, { tx }: Context) {
  const inForce = tariffInForce(await readTariffs(tx, day), day);
  if (!inForce) return null;
  const slotPrices = await readSlotPrices(tx, day);
  const feePerDayNel = BigInt(inForce.feePerDayNel);
  return {
    ...overTariff({ ...inForce, feePerDayNel }, day, slotPrices),
    day,
    slotsSet: slotPrices.map(({ slot }) => slot % SLOTS_PER_DAY),
  };
}
