import { describe, expect, test } from 'vitest';
import { sharedWh } from './shared-wh.ts';

describe('what of each flow was shared', () => {
  test('is its part of the whole, and all parts together are the whole', () => {
    expect(sharedWh([300, 100, 0], 200)).toEqual([150, 50, 0]);
    expect(sharedWh([1, 1, 1], 2)).toEqual([1, 1, 0]);
    expect(sharedWh([0, 0], 0)).toEqual([0, 0]);
    expect(sharedWh([7, 5], 12)).toEqual([7, 5]);
  });
  test('is never more than the flow, nor off by a Wh from its part, whatever the flows', () => {
    let state = 15;
    const int = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let run = 0; run < 2_000; run++) {
      const flows = Array.from({ length: 1 + int(6) }, () => int(run % 2 === 0 ? 5 : 1 << 20));
      const whole = flows.reduce((sum, wh) => sum + wh, 0);
      const shared = int(whole + 1);
      const parts = sharedWh(flows, shared);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(shared);
      parts.forEach((part, i) => {
        expect(part >= 0 && part <= flows[i] && Math.abs(part * whole - flows[i] * shared) < Math.max(whole, 1)).toBe(true);
      });
    }
  });
});
