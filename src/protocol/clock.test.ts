/** Chain time, by the answers that the chain's own clock gives (chain/x/meter/types/clock_vectors_test.go reads the same file). */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVectors } from '../../sdk/vectors/read.ts';
import { chainUnixS } from './clock.ts';
import { DAY_MAX, DAY_S, U32_MAX, UNIX_S_MAX } from './values/time.ts';

const cases = readVectors('clock');

test('there are cases', () => expect(cases.length).toBeGreaterThan(0));
test.each(cases)('chain time $what', ({ start_unix_s, rate, genesis_unix_s, time_unix_s, time_nanos, chain_unix_s }) => {
  const clock = { startUnixS: start_unix_s, rate, genesisUnixS: genesis_unix_s };
  expect(chainUnixS(clock, { timeUnixS: time_unix_s, timeNanos: time_nanos })).toBe(chain_unix_s);
});
test('chain time never runs back, and ends with the last day whose slots fit 32 bits', () => {
  const time = fc.record({ timeUnixS: fc.nat(4_000_000_000), timeNanos: fc.nat(999_999_999) });
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 1_000_000 }), (a, b, rate) => {
      const clock = { startUnixS: 1_782_896_400, rate, genesisUnixS: 1_782_896_400 };
      const [first, second] = [a, b].sort(rising);
      expect(chainUnixS(clock, first)).toBeLessThanOrEqual(chainUnixS(clock, second));
      expect(chainUnixS(clock, second)).toBeLessThanOrEqual(UNIX_S_MAX);
    }),
  );
  expect(DAY_MAX * 96 + 95).toBeLessThanOrEqual(U32_MAX);
  expect(Math.floor(UNIX_S_MAX / DAY_S)).toBe(DAY_MAX);
});

const rising = (a: { timeUnixS: number; timeNanos: number }, b: typeof a): number => a.timeUnixS - b.timeUnixS || a.timeNanos - b.timeNanos;
