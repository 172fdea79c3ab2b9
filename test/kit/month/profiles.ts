/** What the real meters of a community measured, as a fleet asks for it: registers from a profile date on, days in any order. */
import { FIRST_PROFILE_DATE, loadCommunity } from '../../../simulator/profiles.ts';
import { SimulatedMeter } from '../../../simulator/registers.ts';
import { dateToDay, SLOTS_PER_DAY } from '../../../src/protocol/index.ts';
import type { Measured } from '../fleet.ts';

/** By member, in the order of the community: its days from `from` on. */
export async function realDays(community: string, from: string, days: number): Promise<Measured[][]> {
  const { members, columns } = await loadCommunity(community);
  const firstRow = (dateToDay(from) - dateToDay(FIRST_PROFILE_DATE)) * SLOTS_PER_DAY;
  return members.map((member) => {
    const meter = new SimulatedMeter(member, columns);
    let before = { importRegisterWh: 0n, exportRegisterWh: 0n };
    return Array.from({ length: days }, (_, day) => {
      const measured: Measured = { importWh: [], exportWh: [] };
      for (let slot = 0; slot < SLOTS_PER_DAY; slot++) {
        const now = meter.advance(firstRow + day * SLOTS_PER_DAY + slot);
        measured.importWh.push(Number(now.importRegisterWh - before.importRegisterWh));
        measured.exportWh.push(Number(now.exportRegisterWh - before.exportRegisterWh));
        before = now;
      }
      return measured;
    });
  });
}
