/**
 * A year of communities that share, without a chain and without proofs: of each community the net of its simulated meters, of all of them
 * the days by the rule `shared/1`, and what each gained by taking part beside what its suppliers would have billed.
 */
import { netOf } from '../src/protocol/day/net.ts';
import type { Tariff } from '../src/protocol/day/prices.ts';
import { type Net, type SharedDay, sharedDay } from '../src/protocol/day/shared-day.ts';
import { SLOTS_PER_DAY } from '../src/protocol/values/time.ts';
import { loadCommunity, PROFILE_DAYS } from './profiles.ts';
import { SimulatedMeter } from './registers.ts';

/** Of each day of the profile year a community's net, as the statements of its members' meters add up to. */
export async function netsOfYear(community: string, profilesDir?: string): Promise<Net[]> {
  const { members, columns } = await loadCommunity(community, profilesDir);
  const slots = PROFILE_DAYS * SLOTS_PER_DAY;
  const [importWh, exportWh] = [new Array<number>(slots).fill(0), new Array<number>(slots).fill(0)];
  for (const member of members) {
    const meter = new SimulatedMeter(member, columns);
    let before = { importRegisterWh: 0n, exportRegisterWh: 0n };
    for (let row = 0; row < slots; row++) {
      const now = meter.advance(row);
      importWh[row] += Number(now.importRegisterWh - before.importRegisterWh);
      exportWh[row] += Number(now.exportRegisterWh - before.exportRegisterWh);
      before = now;
    }
  }
  return Array.from({ length: PROFILE_DAYS }, (_, day) => {
    const [from, to] = [day * SLOTS_PER_DAY, (day + 1) * SLOTS_PER_DAY];
    return netOf(importWh.slice(from, to), exportWh.slice(from, to));
  });
}

/** What a community's supplier bills and pays for what is not shared, nELECTRA per Wh. */
export interface Supplier {
  retailNelPerWh: number;
  feedInNelPerWh: number;
}

/**
 * By how much a community's day cost less than absence, fees aside: what its supplier would have billed (or not paid) for its part of what
 * is shared, less what it paid for that part here. Rounded down in each slot to a whole nELECTRA.
 */
export function gainNel(net: Net, { totals, prices }: SharedDay, { retailNelPerWh, feedInNelPerWh }: Supplier): bigint {
  let gain = 0n;
  for (let i = 0; i < SLOTS_PER_DAY; i++) {
    const [mine, given, demand, supply] = [net.importWh[i], net.exportWh[i], totals.importWh[i], totals.exportWh[i]].map(BigInt);
    const shared = BigInt(Math.min(totals.importWh[i], totals.exportWh[i]));
    if (mine > 0n) gain += (mine * shared * BigInt(retailNelPerWh)) / demand - mine * BigInt(prices.buyNelPerWh[i]);
    if (given > 0n) gain += given * BigInt(prices.sellNelPerWh[i]) - (given * shared * BigInt(feedInNelPerWh) + supply - 1n) / supply;
  }
  return gain;
}

/** The days of a year, in order; null: void. `isAbsent`: whose statement is missing on which day. */
export function sharedYear(of: {
  nets: readonly (readonly Net[])[];
  tariff: Tariff;
  tick: number;
  isAbsent?: (community: number, day: number) => boolean;
}): (SharedDay | null)[] {
  const { nets, tariff, tick, isAbsent = () => false } = of;
  return nets[0].map((_, day) => sharedDay({ nets: nets.map((year, i) => (isAbsent(i, day) ? null : year[day])), tariff, tick }));
}

/** Sums over `days` days in a row, from each `step`-th day on; the rest of a year that makes no whole one is left out. */
export function sumsOver(amounts: readonly bigint[], days: number, step: number): bigint[] {
  const sums: bigint[] = [];
  for (let from = 0; from + days <= amounts.length; from += step)
    sums.push(amounts.slice(from, from + days).reduce((sum, amount) => sum + amount, 0n));
  return sums;
}
