/** What sharing with other communities brought, and the tariff by which it returns, for the community's own members and operator. */
import { ask } from '../api/client.ts';

interface SettledWeek {
  fromDay: string;
  toDay: string;
  /** negative: it cost the fund */
  gainNel: string;
}

export interface OutsideTariff {
  fromDay: string;
  retailNelPerWh: readonly number[];
  feedInNelPerWh: readonly number[];
}

export interface Gain {
  /** newest first */
  weeks: readonly SettledWeek[];
  sumNel: bigint;
  /** of the day; null: none is in force */
  tariff: OutsideTariff | null;
}

/** Null where the community shares nowhere, and for whoever is neither its member nor its operator. @throws ApiTrouble */
export async function askGain(day: string): Promise<Gain | null> {
  const { market, tariff } = await ask<{ market: { settledWeeks: SettledWeek[] | null } | null; tariff: OutsideTariff | null }>(
    `query ($day: Date!) { market { settledWeeks { fromDay toDay gainNel } }
       tariff(day: $day) { fromDay retailNelPerWh feedInNelPerWh } }`,
    { day },
  );
  const weeks = market?.settledWeeks;
  if (!weeks) return null;
  return { weeks, sumNel: weeks.reduce((sum, { gainNel }) => sum + BigInt(gainNel), 0n), tariff };
}
