/**
 * What a run of days without valid statements is billed by once the meter's true registers on both sides are known (docs/substitutes.md):
 * the energy between them, no Wh more or less, laid over the run in the shape of the substitutes that version 1 booked.
 *
 *   shape        the substitutes' values of the whole run, in order; where all are zero, every slot alike
 *   share        cumulative floors: slot i gets ⌊T·W_i/W⌋ − ⌊T·W_(i−1)/W⌋, so that all shares sum to T exactly
 *   the maximum  what a slot would get above the enrolled maximum goes to the others, in proportion to the room that they have left
 *
 * Integers throughout, and always from version 1's substitutes: whoever has the books and the registers gets the same values, whatever was
 * corrected in between. The trap is a run with nothing before it: then only the closing registers are known, and nothing says how much of
 * them is the run's.
 */
import type { DayValues } from '../index.ts';

/** Wh */
export interface Registers {
  importWh: bigint;
  exportWh: bigint;
}

const sum = (values: readonly number[]): bigint => values.reduce((total, value) => total + BigInt(value), 0n);

function inProportion(totalWh: bigint, weights: readonly number[]): number[] {
  const all = sum(weights);
  let [seen, given] = [0n, 0n];
  return weights.map((weight) => {
    seen += BigInt(weight);
    const upTo = (totalWh * seen) / all;
    const share = upTo - given;
    given = upTo;
    return Number(share);
  });
}

/**
 * Lays `totalWh` over slots in proportion to `weights`, no slot above `maxWh`. @throws RangeError where it cannot: a total below 0 or above
 * slots · maxWh
 */
export function spread(totalWh: bigint, weights: readonly number[], maxWh: number): number[] {
  if (totalWh < 0n || totalWh > BigInt(weights.length) * BigInt(maxWh))
    throw new RangeError(`totalWh: expected 0 … ${weights.length} slots of at most ${maxWh} Wh`);
  if (totalWh === 0n) return weights.map(() => 0);
  const shape = weights.some((weight) => weight > 0) ? weights : weights.map(() => 1);
  const shares = inProportion(totalWh, shape).map((wh) => Math.min(wh, maxWh));
  const left = totalWh - sum(shares);
  if (left === 0n) return shares;
  const more = inProportion(
    left,
    shares.map((wh) => maxWh - wh),
  );
  return shares.map((wh, i) => wh + more[i]);
}

/** The days of a run, oldest first, going on from `opening`: values as they are, registers moved. */
export function moveTo(opening: Registers, days: readonly DayValues[]): DayValues[] {
  let { importWh: importStartWh, exportWh: exportStartWh } = opening;
  return days.map(({ importWh, exportWh }) => {
    const moved = { importStartWh, exportStartWh, importWh, exportWh };
    importStartWh += sum(importWh);
    exportStartWh += sum(exportWh);
    return moved;
  });
}

/**
 * A run between two known registers. `days`: what version 1 booked, oldest first. `opening`: undefined where the run begins with the
 * meter's first day; its values then stay as they are, and what the register held before is billed to nobody.
 */
export function telescope(days: readonly DayValues[], opening: Registers | undefined, closing: Registers, maxWh: number): DayValues[] {
  const [importShape, exportShape] = [days.flatMap((day) => day.importWh), days.flatMap((day) => day.exportWh)];
  if (!opening)
    return moveTo(
      { importWh: atLeastZero(closing.importWh - sum(importShape)), exportWh: atLeastZero(closing.exportWh - sum(exportShape)) },
      days,
    );
  const importWh = spread(closing.importWh - opening.importWh, importShape, maxWh);
  const exportWh = spread(closing.exportWh - opening.exportWh, exportShape, maxWh);
  const slots = days.length === 0 ? 0 : importShape.length / days.length;
  return moveTo(
    opening,
    days.map((day, i) => ({
      ...day,
      importWh: importWh.slice(i * slots, (i + 1) * slots),
      exportWh: exportWh.slice(i * slots, (i + 1) * slots),
    })),
  );
}

const atLeastZero = (value: bigint): bigint => (value < 0n ? 0n : value);

/** Whether a meter's register may have gone from one value to the other in `slots` quarter-hours of at most `maxWh`. */
export const isPlausible = (fromWh: bigint, toWh: bigint, slots: number, maxWh: number): boolean =>
  toWh >= fromWh && toWh - fromWh <= BigInt(slots) * BigInt(maxWh);
