/** Prices of slots for a person: stretches of equal prices, in ct/kWh for one ELECTRA per euro, and in nELECTRA/Wh as on the chain. */
import type { SlotPrices } from '../../../protocol/day/slot-prices.ts';
import { SLOT_S } from '../../../protocol/values/time.ts';

const stamp = (unixS: number): string => new Date(unixS * 1000).toISOString().slice(0, 16).replace('T', ' ');

/** 0.001 ct/kWh are 10 nELECTRA/Wh. */
function ct(nelPerWh: number): string {
  const sign = nelPerWh < 0 ? '-' : '';
  const [whole, rest] = [Math.floor(Math.abs(nelPerWh) / 10_000), Math.abs(nelPerWh) % 10_000];
  return `${sign}${whole}.${String(rest).padStart(4, '0').slice(0, 2)}`;
}

const row = (cells: readonly string[]): string =>
  `${cells[0].padEnd(36)} ${cells
    .slice(1)
    .map((cell) => cell.padStart(14))
    .join(' ')}`.trimEnd();

/** `note`: a last word on a slot, equal in a stretch. */
export function priceTable<T extends SlotPrices>(slots: readonly T[], note: (slot: T) => string): string {
  const lines = [row(['UTC', 'retail ct/kWh', 'feed-in ct/kWh', 'retail nEL/Wh', 'feed-in nEL/Wh', ''])];
  for (let i = 0; i < slots.length; ) {
    const first = slots[i];
    let end = i + 1;
    while (end < slots.length && goesOn(slots[end - 1], slots[end]) && note(slots[end]) === note(first)) end++;
    const until = stamp((slots[end - 1].slot + 1) * SLOT_S);
    const { retailNelPerWh: retail, feedInNelPerWh: feedIn } = first;
    const word = [feedIn > retail ? 'nothing shared' : '', note(first)].filter((text) => text !== '').join(', ');
    lines.push(row([`${stamp(first.slot * SLOT_S)} – ${until}`, ct(retail), ct(feedIn), String(retail), String(feedIn), word]));
    i = end;
  }
  return `${lines.join('\n')}\n`;
}

const goesOn = (a: SlotPrices, b: SlotPrices): boolean =>
  a.slot + 1 === b.slot && a.retailNelPerWh === b.retailNelPerWh && a.feedInNelPerWh === b.feedInNelPerWh;
