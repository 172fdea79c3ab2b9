import { beforeAll, describe, expect, test } from 'vitest';
import { loadCommunity } from '../../simulator/profiles.ts';
import { maxWhPerSlot, SimulatedMeter } from '../../simulator/registers.ts';
import { SOURCES } from '../testing/sources.ts';
import { FAULTS, type Household, runYear } from '../testing/year.ts';

/** Half a year on, or all of it: ELECTRA_GATEWAY_DAYS=364. */
const DAYS = Number(process.env.ELECTRA_GATEWAY_DAYS ?? 2);
const FIRST_ROW = DAYS > 182 ? 0 : 96 * 170; // June: much sun
const BEGAN = { importWh: 4_711_042n, exportWh: 815_003n };

const households = new Map<string, { household: Household; most: number }>();
beforeAll(async () => {
  const { members, columns } = await loadCommunity('rural');
  for (const member of members.filter(({ pvProfile }) => pvProfile !== '').slice(0, 1)) {
    const meter = new SimulatedMeter(member, columns);
    const ends = Array.from({ length: 96 * DAYS }, (_, i) => meter.advance(FIRST_ROW + i));
    const household: Household = {
      firstSlot: (Date.UTC(2016, 2, 20) / 900_000) | 0, // summer time begins a week later
      importWh: [BEGAN.importWh, ...ends.map(({ importRegisterWh }) => importRegisterWh + BEGAN.importWh)],
      exportWh: [BEGAN.exportWh, ...ends.map(({ exportRegisterWh }) => exportRegisterWh + BEGAN.exportWh)],
    };
    households.set('sunny', { household, most: maxWhPerSlot(member) });
  }
}, 60_000);

describe.each(Object.entries(SOURCES))('a household through %s', (name, source) => {
  test('is stated to the Wh, every quarter-hour of it, where telegrams come', () => {
    const { household, most } = households.get('sunny')!;
    const { wrong, stated, slots, interpolated, stop } = runYear({ source, household, seed: 1, oneIn: 0, maxWhPerSlot: most });
    expect([wrong, stated, interpolated, stop]).toEqual([[], slots, 0, undefined]);
  });

  test('is stated rightly or not at all, whatever goes wrong', () => {
    const { household, most } = households.get('sunny')!;
    for (const seed of [7, 8]) {
      const { wrong, stated, slots, stop } = runYear({ source, household, seed, oneIn: 40, maxWhPerSlot: most });
      expect([name, seed, wrong, stop]).toEqual([name, seed, [], undefined]);
      expect(stated).toBeGreaterThan(slots * 0.3);
    }
  });
});

test('everything that can go wrong did, and the meter was never taken for another', () => {
  const { household, most } = households.get('sunny')!;
  const { wrong, faults, stop } = runYear({ source: SOURCES['DSMR 5'], household, seed: 5, oneIn: 8, maxWhPerSlot: most });
  expect([wrong, stop, Object.keys(faults).sort()]).toEqual([[], undefined, [...FAULTS].sort()]);
});

test('a display of six digits that begins again at 0 is counted on across it', () => {
  const { household, most } = households.get('sunny')!;
  const rollsOverAtWh = 1_000_000_000n;
  const moved = (wh: readonly bigint[]): bigint[] => wh.map((one) => one - wh[0] + rollsOverAtWh - 5_000n);
  const near: Household = { ...household, importWh: moved(household.importWh), exportWh: moved(household.exportWh) };
  const { wrong, stated, slots } = runYear({
    source: SOURCES['P1 of Sweden'],
    household: near,
    seed: 3,
    oneIn: 60,
    maxWhPerSlot: most,
    rollsOverAtWh,
  });
  expect(wrong).toEqual([]);
  expect(stated).toBeGreaterThan(slots * 0.5);
});
