// What the chain says it holds of some items. Reports are known by their slot; a day also by its commitment: when the chain holds another one
// than ours, somebody else signed with this key, or this store is a copy or was lost. That is never "sent": our opening would not match.
import { equalBytes } from './bytes.ts';
import type { MeterChain } from './chain.ts';
import { placeOf, STATEMENT_BIT, type ItemId, type Outbox } from './outbox.ts';
import { firstSlot, SLOTS_PER_DAY } from './time.ts';

export interface OnChain {
  /** Height of the state that was asked. */
  height: number;
  done: ItemId[];
  /** Days that the chain holds with another commitment. */
  foreign: ItemId[];
}

export async function askChain(chain: MeterChain, meter: string, outbox: Outbox, items: readonly ItemId[]): Promise<OnChain> {
  const places = items.map(placeOf);
  const days = places.map(({ day }) => day);
  const used = await chain.used(meter, firstSlot(Math.min(...days)), firstSlot(Math.max(...days)) + SLOTS_PER_DAY - 1);
  const result: OnChain = { height: used.height, done: [], foreign: [] };
  for (const [i, id] of items.entries()) {
    const { day, bit } = places[i];
    if (bit !== STATEMENT_BIT) {
      if (used.slots.has(firstSlot(day) + bit)) result.done.push(id);
    } else if (used.days.has(day)) {
      const theirs = await chain.commitment(meter, day);
      const ours = outbox.statements.get(day)?.commitment;
      (!theirs || !ours || equalBytes(theirs, ours) ? result.done : result.foreign).push(id);
    }
  }
  return result;
}
