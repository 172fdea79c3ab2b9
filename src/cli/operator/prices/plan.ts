/** What of a file is to be set: slots that are still to come, and not those that have these prices already. */
import type { OutsidePrices } from '../../../node/books/index.ts';
import { chainUnixS } from '../../../protocol/clock.ts';
import { PRICED_SLOTS_MAX, PRICES_AHEAD_S } from '../../../protocol/day/slot-prices.ts';
import { typeUrlOf } from '../../../protocol/messages/table.ts';
import { SLOT_S } from '../../../protocol/values/time.ts';
import { type ImportedSlot, runsOf } from './slots.ts';

/** Seconds of the machine's clock until a transaction is in a block at the latest, and that block's time has come near it. */
const UNTIL_BLOCK_S = 120;

export interface Plan {
  /** how many of the slots to be set have a price that is not the exact sum, and the greatest difference */
  rounded: { slots: number; mostNelPerWh: number };
  /** to be set */
  slots: ImportedSlot[];
  /** begun, or too near to be set */
  over: number;
  /** as they are on the chain already */
  same: number;
}

/** The first second of chain time at which a slot may begin to be set now. */
export function earliestStart({ chainUnixS: head, clock }: OutsidePrices, nowUnixS: number): number {
  const now = clock ? Math.max(head, chainUnixS(clock, { timeUnixS: Math.floor(nowUnixS), timeNanos: 0 })) : head;
  return now + PRICES_AHEAD_S + UNTIL_BLOCK_S * (clock?.rate ?? 1);
}

export function planOf(slots: readonly ImportedSlot[], known: OutsidePrices, nowUnixS: number): Plan {
  const earliest = earliestStart(known, nowUnixS);
  const onChain = new Map(known.slots.map((slot) => [slot.slot, slot]));
  const coming = slots.filter(({ slot }) => slot * SLOT_S >= earliest);
  const anew = coming.filter(({ slot, retailNelPerWh, feedInNelPerWh }) => {
    const now = onChain.get(slot);
    return !now?.isSet || now.retailNelPerWh !== retailNelPerWh || now.feedInNelPerWh !== feedInNelPerWh;
  });
  const differences = anew.map(({ roundedByNelPerWh }) => roundedByNelPerWh).filter((off) => off > 0);
  const rounding = { slots: differences.length, mostNelPerWh: Math.max(0, ...differences) };
  return { slots: anew, rounded: rounding, over: slots.length - coming.length, same: coming.length - anew.length };
}

/** The messages of a plan, as the signer takes them. */
export const messagesOf = ({ slots }: Pick<Plan, 'slots'>) =>
  runsOf(slots, PRICED_SLOTS_MAX).map((run) => ({
    typeUrl: typeUrlOf('SetPrices'),
    value: {
      fromSlot: run[0].slot,
      retailNelPerWh: run.map((slot) => String(slot.retailNelPerWh)),
      feedInNelPerWh: run.map((slot) => String(slot.feedInNelPerWh)),
    },
  }));
