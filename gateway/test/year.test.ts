import { beforeAll, describe, expect, test } from 'vitest';
import { type Households, householdsOf, near } from '../../simulator/gateway-household.ts';
import { FAULTS, LONG_FAULTS } from '../testing/faults.ts';
import { SOURCES } from '../testing/sources.ts';
import { runYear } from '../testing/year.ts';

/** All of it: `npm run gateway:year`. */
const DAYS = 2;

let sunny: Households;
beforeAll(async () => {
  sunny = await householdsOf(DAYS);
}, 60_000);

describe.each(Object.entries(SOURCES))('a household through %s', (name, source) => {
  test('is stated to the Wh, every quarter-hour of it, where telegrams come', async () => {
    const { wrong, stated, allowed, slots, stop } = await runYear({ source, seed: 1, oneIn: 0, ...sunny });
    expect([wrong, stated, allowed, stop]).toEqual([[], slots, slots, undefined]);
  });

  test('is stated to the Wh whenever telegrams come, before or behind their time', async () => {
    const { wrong, stated, slots, stop } = await runYear({ source, seed: 2, oneIn: 0, jitterS: 4, ...sunny });
    expect([wrong, stated, stop]).toEqual([[], slots, undefined]);
  });

  test('is stated rightly, wherever telegrams showed it, whatever goes wrong', async () => {
    for (const jitterS of [0, 4]) {
      const { wrong, stated, slots, stop, missed } = await runYear({ source, seed: 7, oneIn: 40, jitterS, ...sunny });
      expect([name, wrong, missed, stop]).toEqual([name, [], [], undefined]);
      expect(stated).toBeGreaterThan(slots * 0.3);
    }
  });
});

test('everything that can go wrong did, and the meter was never taken for another', async () => {
  const { wrong, faults, stop } = await runYear({ source: SOURCES['DSMR 5'], seed: 5, oneIn: 3, ...sunny });
  expect([wrong, stop]).toEqual([[], undefined]);
  for (const fault of FAULTS) expect([fault, faults[fault] > 0]).toEqual([fault, true]);
  expect(LONG_FAULTS.filter((fault) => faults[fault] > 0).length).toBeGreaterThan(2);
});

test('a display of six digits that begins again at 0 is counted on across it', async () => {
  const rollsOverAtWh = 1_000_000_000n;
  const options = { ...near(sunny, rollsOverAtWh - 5_000n), rollsOverAtWh };
  const { wrong, stated, slots } = await runYear({ source: SOURCES['P1 of Sweden'], seed: 3, oneIn: 60, ...options });
  expect(wrong).toEqual([]);
  expect(stated).toBeGreaterThan(slots * 0.5);
});

test('a meter that counts in floating point is stated to the Wh below 16,384 kWh, and to ten Wh above', async () => {
  for (const [oneIn, jitterS] of [
    [0, 0],
    [40, 4],
  ]) {
    const across = near(sunny, 16_380_000n);
    const { wrong, stated, slots, missed } = await runYear({ source: SOURCES['Eastron SDM'], seed: 4, oneIn, jitterS, ...across });
    expect([wrong, missed]).toEqual([[], []]);
    expect(stated).toBeGreaterThan(slots * (oneIn === 0 ? 0.999 : 0.3));
  }
});
