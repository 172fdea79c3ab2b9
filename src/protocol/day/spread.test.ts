import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DayValues } from '../index.ts';
import { isPlausible, moveTo, spread, telescope } from './spread.ts';

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const slots = (n: number) => fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: n, maxLength: n });
const dayOf = (importWh: number[], exportWh = importWh.map(() => 0), start = 0n): DayValues => ({
  importStartWh: start,
  exportStartWh: 0n,
  importWh,
  exportWh,
});

describe('energy laid over slots', () => {
  test('is in proportion, by cumulative floors', () => {
    expect(spread(10n, [1, 1, 1], 100)).toEqual([3, 3, 4]);
    expect(spread(200n, [10, 20, 0, 70], 1000)).toEqual([20, 40, 0, 140]);
  });
  test('is even where the shape is all zero', () => expect(spread(10n, [0, 0, 0, 0], 100)).toEqual([2, 3, 2, 3]));
  test('above the maximum goes to the others by the room they have', () => {
    expect(spread(100n, [98, 1, 1], 50)).toEqual([50, 25, 25]);
    expect(spread(300n, [1, 0, 0], 100)).toEqual([100, 100, 100]);
  });
  test('sums exactly and never passes the maximum, whatever the shape', () => {
    fc.assert(
      fc.property(slots(12), fc.integer({ min: 2_000, max: 5_000 }), fc.integer({ min: 0, max: 1_000_000 }), (weights, maxWh, part) => {
        const wanted = (BigInt(12 * maxWh) * BigInt(part)) / 1_000_000n;
        const values = spread(wanted, weights, maxWh);
        return BigInt(total(values)) === wanted && values.every((wh) => Number.isInteger(wh) && wh >= 0 && wh <= maxWh);
      }),
    );
  });
  test.each([[-1n], [301n]])('is refused where no slots could hold it: %s', (wanted) =>
    expect(() => spread(wanted, [1, 1, 1], 100)).toThrow(RangeError),
  );
});

describe('a run of days between two known registers', () => {
  test('telescopes: it begins at the one, each day where the day before ended, and ends at the other', () => {
    fc.assert(
      fc.property(
        fc.array(slots(4), { minLength: 1, maxLength: 5 }),
        fc.bigInt({ min: 0n, max: 1n << 50n }),
        fc.integer({ min: 0, max: 8_000 }),
        (days, from, used) => {
          const run = telescope(
            days.map((values) => dayOf(values, values)),
            { importWh: from, exportWh: 7n },
            { importWh: from + BigInt(used), exportWh: 7n + BigInt(used) },
            2_000,
          );
          let [importAt, exportAt] = [from, 7n];
          for (const { importStartWh, exportStartWh, importWh, exportWh } of run) {
            if (importStartWh !== importAt || exportStartWh !== exportAt) return false;
            importAt += BigInt(total(importWh));
            exportAt += BigInt(total(exportWh));
          }
          return importAt === from + BigInt(used) && exportAt === 7n + BigInt(used);
        },
      ),
    );
  });
  test('stays as version 1 booked it where the registers agree with it', () => {
    const days = [dayOf([1, 2, 3, 4], [0, 0, 9, 0], 5n), { ...dayOf([4, 4, 4, 4], [0, 1, 0, 0], 15n), exportStartWh: 9n }];
    expect(telescope(days, { importWh: 5n, exportWh: 0n }, { importWh: 31n, exportWh: 10n }, 100)).toEqual(days);
  });
  test('with nothing before it keeps its values and ends at the known register: what the meter held before is billed to nobody', () => {
    expect(telescope([dayOf([0, 0]), dayOf([0, 0])], undefined, { importWh: 1_234n, exportWh: 5n }, 100)).toEqual(
      Array(2).fill({ importStartWh: 1_234n, exportStartWh: 5n, importWh: [0, 0], exportWh: [0, 0] }),
    );
  });
  test('with nothing after it only moves', () => {
    expect(moveTo({ importWh: 100n, exportWh: 3n }, [dayOf([1, 2]), dayOf([3, 4], [1, 1])])).toEqual([
      { importStartWh: 100n, exportStartWh: 3n, importWh: [1, 2], exportWh: [0, 0] },
      { importStartWh: 103n, exportStartWh: 3n, importWh: [3, 4], exportWh: [1, 1] },
    ]);
  });
});

describe('a register', () => {
  test.each([
    [5n, 5n, 0],
    [5n, 6n, 1],
    [0n, 960_000n, 96],
  ])('may go from %s to %s in %s slots of 10 kWh', (from, to, n) => expect(isPlausible(from, to, n, 10_000)).toBe(true));
  test.each([
    [5n, 4n, 96],
    [5n, 6n, 0],
    [0n, 960_001n, 96],
  ])('may not go from %s to %s in %s', (from, to, n) => expect(isPlausible(from, to, n, 10_000)).toBe(false));
});
