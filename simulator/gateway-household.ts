/** A household with panels, of the simulator's real profiles, as the year is run with it. */

import type { Household } from '../gateway/testing/year.ts';
import { loadCommunity } from './profiles.ts';
import { maxWhPerSlot, SimulatedMeter } from './registers.ts';

export interface Households {
  household: Household;
  maxWhPerSlot: number;
}

const BEGAN = { importWh: 4_711_042n, exportWh: 815_003n };

/** From 20 March on: summer time begins a week later, and ends in the year, too. Of a few days, those of June: much sun. */
export async function householdsOf(days: number): Promise<Households> {
  const firstRow = days > 182 ? 0 : 96 * 170;
  const { members, columns } = await loadCommunity('rural');
  const member = members.find(({ pvProfile }) => pvProfile !== '')!;
  const meter = new SimulatedMeter(member, columns);
  const ends = Array.from({ length: 96 * days }, (_, i) => meter.advance(firstRow + i));
  const household: Household = {
    firstSlot: Date.UTC(2026, 2, 20) / 900_000,
    importWh: [BEGAN.importWh, ...ends.map(({ importRegisterWh }) => importRegisterWh + BEGAN.importWh)],
    exportWh: [BEGAN.exportWh, ...ends.map(({ exportRegisterWh }) => exportRegisterWh + BEGAN.exportWh)],
  };
  return { household, maxWhPerSlot: maxWhPerSlot(member) };
}

/** The same household, whose registers begin elsewhere. */
export function near({ household, ...rest }: Households, beganWh: bigint): Households {
  const moved = (wh: readonly bigint[]): bigint[] => wh.map((one) => one - wh[0] + beganWh);
  return { household: { ...household, importWh: moved(household.importWh), exportWh: moved(household.exportWh) }, ...rest };
}
