/**
 * What the chain says it holds of some items. Reports are known by their slot; a day also by its commitment: when the chain holds another
 * one than ours, somebody else signed with this key, or this store is a copy or was lost. That is never "sent": our opening would not
 * match.
 */
import { equalBytes } from '../../../src/protocol/values/bytes.ts';
import { firstSlot, SLOTS_PER_DAY } from '../../../src/protocol/values/time.ts';
import type { MeterChain, UsedSlots } from './chain.ts';
import { type ItemId, type Outbox, placeOf, STATEMENT_BIT } from './outbox.ts';

export interface OnChain {
  /** Height of the state that was asked. */
  height: number;
  done: ItemId[];
  /** Days that the chain holds with another commitment. */
  foreign: ItemId[];
}

/** The chain answers for some days at a time. */
const DAYS_AT_ONCE = 7;

/** What the chain holds of these days. The height is the least of the answers'. */
async function usedOn(chain: MeterChain, meter: string, days: readonly number[]): Promise<UsedSlots> {
  const [slots, closed] = [new Set<number>(), new Set<number>()];
  let height = Infinity;
  const rest = [...new Set(days)].sort((a, b) => a - b);
  while (rest.length > 0) {
    const first = rest[0];
    const last = rest.findLast((day) => day < first + DAYS_AT_ONCE)!;
    rest.splice(0, rest.indexOf(last) + 1);
    const used = await chain.used(meter, firstSlot(first), firstSlot(last) + SLOTS_PER_DAY - 1);
    for (const slot of used.slots) slots.add(slot);
    for (const day of used.days) closed.add(day);
    height = Math.min(height, used.height);
  }
  return { height, slots, days: closed };
}

export async function askChain(chain: MeterChain, meter: string, outbox: Outbox, items: readonly ItemId[]): Promise<OnChain> {
  const places = items.map(placeOf);
  const used = await usedOn(
    chain,
    meter,
    places.map(({ day }) => day),
  );
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
