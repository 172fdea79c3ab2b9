import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addingUp, CENT_NEL, rounded } from './amounts.ts';

test('amounts are rounded to the nearest cent, a half away from zero', () => {
  expect([4_999_999n, 5_000_000n, -4_999_999n, -5_000_000n, 15_000_000n].map((nel) => rounded(nel, CENT_NEL))).toEqual([
    0n,
    1n,
    0n,
    -1n,
    2n,
  ]);
});

test('parts that are shown add up to the total that is shown', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), { maxLength: 40 }), (parts) => {
      const total = rounded(
        parts.reduce((a, b) => a + b, 0n),
        CENT_NEL,
      );
      expect(addingUp(parts, CENT_NEL).reduce((a, b) => a + b, 0n)).toBe(total);
    }),
  );
});

test('no part is shown further than a unit from what it is', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), { minLength: 1, maxLength: 40 }), (parts) => {
      for (const [i, shown] of addingUp(parts, CENT_NEL).entries()) {
        const off = shown * CENT_NEL - parts[i];
        expect(off < CENT_NEL && off > -CENT_NEL).toBe(true);
      }
    }),
  );
});
