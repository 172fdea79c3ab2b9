import fc from 'fast-check';
import { expect, test } from 'vitest';
import { netOf } from './net.ts';

const total = fc.integer({ min: 0, max: 2 ** 20 - 1 });

test('a net flows in one direction, and by as much as the totals differ', () => {
  fc.assert(
    fc.property(fc.array(total, { minLength: 96, maxLength: 96 }), fc.array(total, { minLength: 96, maxLength: 96 }), (used, delivered) => {
      const { importWh, exportWh } = netOf(used, delivered);
      for (let i = 0; i < 96; i++) {
        expect([Math.min(importWh[i], exportWh[i]), importWh[i] - exportWh[i]]).toEqual([0, used[i] - delivered[i]]);
        expect(importWh[i] >= 0 && exportWh[i] >= 0).toBe(true);
      }
    }),
  );
});

test('more than a statement holds is refused by the slot, in both directions', () => {
  expect(netOf([2 ** 24 - 1], [2 ** 24 - 2 ** 20]).importWh).toEqual([2 ** 20 - 1]);
  expect(() => netOf([0, 2 ** 20], [0, 0])).toThrow('net[1]');
  expect(() => netOf([0, 0], [0, 2 ** 20])).toThrow('net[1]');
});
