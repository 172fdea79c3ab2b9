/** What a bill of a day is made of, as it is shown. */
import { expect, test } from 'vitest';
import { NEL } from '../values/amounts.ts';
import type { Released } from './bills.ts';
import { partsOf } from './day-bill.ts';

const [RETAIL, MIDDLE, FEED_IN] = [300_000, 190_000, 80_000];
const SLOTS = 96;

const everySlot = <T>(make: (slot: number) => T): T[] => Array.from({ length: SLOTS }, (_, slot) => make(slot));

/** Taken in two quarter-hours: one in which all is from neighbours, and one in which all is from outside. */
function dayOf(neighboursWh: number, outsideWh: number): ReturnType<typeof partsOf> {
  const importWh = everySlot((slot) => [neighboursWh, outsideWh][slot] ?? 0);
  const buyNelPerWh = everySlot((slot) => (slot === 0 ? MIDDLE : RETAIL));
  const lines = everySlot((slot) => ({
    slot,
    importWh: importWh[slot],
    exportWh: 0,
    buyNelPerWh: buyNelPerWh[slot],
    sellNelPerWh: MIDDLE,
    amountNel: BigInt(importWh[slot] * buyNelPerWh[slot]),
  }));
  const prices = {
    retailNelPerWh: everySlot(() => RETAIL),
    feedInNelPerWh: everySlot(() => FEED_IN),
    buyNelPerWh,
    sellNelPerWh: everySlot(() => MIDDLE),
  };
  return partsOf({ lines, feeNel: NEL / 4n } as unknown as Released, prices, true);
}

test('energy from here and from there adds up to what the meter’s display went on by', () => {
  const shown = dayOf(54_345, 54_255).map(({ kind, wh, tensOfWh }) => [kind, wh, tensOfWh]);
  expect(shown).toEqual([
    ['neighbours', 54_345n, 5_435n],
    ['outside', 54_255n, 5_425n], // alone it would be rounded up as well
    ['fee', null, null],
  ]);
});

test('energy that is whole as it is shown stays what it is', () => {
  expect(dayOf(1_000, 20).map(({ tensOfWh }) => tensOfWh)).toEqual([100n, 2n, null]);
});
