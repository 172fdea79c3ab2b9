/** What a bill of a day is made of: its parts, which add up to what is shown of it, and what the same energy would have come to outside. */
import { billParts, localWhOf, sharesOf } from '../../../src/protocol/index.ts';
import type { SlotValue } from '../charts/day-chart.tsx';
import { addingUp, CENT_NEL, rounded, SHOWN_WH } from '../values/amounts.ts';
import type { Bill, Released } from './bills.ts';
import type { DayPrices } from './question.ts';

/** Days of a closed run are billed at a mean price, of which nothing can be said by the quarter-hour. */
export const isMean = ({ correction }: Pick<Bill, 'correction'>): boolean => correction?.reason === 'RUN_CLOSED';

export interface Part {
  kind: 'neighbours' | 'outside' | 'taken' | 'fee' | 'given';
  /** null: no energy belongs to it */
  wh: bigint | null;
  /** as it is shown, in tens of Wh: what was taken from here and there adds up to what was taken */
  tensOfWh: bigint | null;
  /** positive: to be paid */
  nel: bigint;
  /** as it is shown: these add up to the amount as it is shown */
  cents: bigint;
}

type Unrounded = Omit<Part, 'cents' | 'tensOfWh'>;

const sum = (values: readonly number[]): bigint => values.reduce((all, value) => all + BigInt(value), 0n);

/** @param split whether quarter-hours' prices say what came from where */
export function partsOf({ lines, feeNel }: Released, prices: DayPrices, split: boolean): Part[] {
  const own = { importWh: lines.map(({ importWh }) => importWh), exportWh: lines.map(({ exportWh }) => exportWh) };
  const billed = { ...prices, buyNelPerWh: lines.map((line) => line.buyNelPerWh), sellNelPerWh: lines.map((line) => line.sellNelPerWh) };
  const { takenNel, neighboursNel, givenNel } = billParts(own, billed);
  const { localImportWh } = sharesOf(own, billed);
  const takenWh = sum(own.importWh);
  const taken: Unrounded[] =
    split && neighboursNel !== null && localImportWh !== null
      ? [
          { kind: 'neighbours', wh: localImportWh, nel: neighboursNel },
          { kind: 'outside', wh: takenWh - localImportWh, nel: takenNel - neighboursNel },
        ]
      : [{ kind: 'taken', wh: takenWh, nel: takenNel }];
  const parts: Unrounded[] = [
    ...taken,
    { kind: 'fee', wh: null, nel: feeNel },
    ...(sum(own.exportWh) === 0n ? [] : [{ kind: 'given' as const, wh: sum(own.exportWh), nel: -givenNel }]),
  ];
  const cents = addingUp(
    parts.map(({ nel }) => nel),
    CENT_NEL,
  );
  const tens = addingUp(
    taken.map(({ wh }) => wh ?? 0n),
    SHOWN_WH,
  );
  const tensOf = (wh: bigint | null, i: number): bigint | null => tens[i] ?? (wh === null ? null : rounded(wh, SHOWN_WH));
  return parts.map((part, i) => ({ ...part, cents: cents[i], tensOfWh: tensOf(part.wh, i) }));
}

/** What the same energy would have come to outside, without a fee; positive: to be paid. */
export const outsideNel = ({ lines }: Released, prices: DayPrices): bigint =>
  lines.reduce(
    (all, { slot, importWh, exportWh }) =>
      all + BigInt(importWh) * BigInt(prices.retailNelPerWh[slot]) - BigInt(exportWh) * BigInt(prices.feedInNelPerWh[slot]),
    0n,
  );

/** The day's picture: of what was taken, what came from neighbours. */
export const slotsOf = ({ lines }: Released, prices: DayPrices, split: boolean): SlotValue[] =>
  lines.map(({ slot, importWh, exportWh, buyNelPerWh }) => ({
    slot,
    importWh,
    exportWh,
    localWh: split
      ? localWhOf(importWh, { buy: buyNelPerWh, retail: prices.retailNelPerWh[slot], feedIn: prices.feedInNelPerWh[slot] })
      : null,
    provisional: false,
  }));
