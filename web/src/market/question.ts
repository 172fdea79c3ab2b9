/** What the page of the market asks: days and prices are anybody's, what was shared and settled is the community's that is signed in. */
import { ask } from '../api/client.ts';

export interface MarketDay {
  day: string;
  state: 'FROZEN' | 'ANCHORED' | 'RELEASED';
  meters: number;
  metered: number;
  void: boolean;
}

export interface MarketPrices {
  day: string;
  /** what is shared costs that */
  sharedNelPerWh: readonly number[];
  /** spread over all that was taken, and over all that was given */
  buyNelPerWh: readonly number[];
  sellNelPerWh: readonly number[];
}

export interface Electra {
  supplyNel: string;
  attestedNel: string | null;
  attestedAt: string | null;
  redeemingNel: string;
  overdue: number;
  paused: boolean;
}

export interface Market {
  timeZone: string;
  currency: string;
  /** newest first */
  days: readonly MarketDay[];
  /** of final days, newest first */
  prices: readonly MarketPrices[];
  electra: Electra | null;
}

/** Null where there is no market. */
export async function askMarket(): Promise<Market | null> {
  const { service, market } = await ask<{
    service: { timeZone: string; currency: string };
    market: Pick<Market, 'days' | 'prices' | 'electra'> | null;
  }>(
    `{ service { timeZone currency }
       market { days { day state meters metered void } prices { day sharedNelPerWh buyNelPerWh sellNelPerWh }
         electra { supplyNel attestedNel attestedAt redeemingNel overdue paused } } }`,
  );
  return market && { ...service, ...market };
}

export interface SharedDay {
  day: string;
  takenWh: readonly number[];
  givenWh: readonly number[];
  amountNel: string;
}

export interface Transfer {
  at: string;
  kind: 'MINT' | 'SEND' | 'PAYOUT' | 'ESCROW' | 'REDEMPTION';
  amountNel: string;
  counterparty: string | null;
}

export interface Own {
  /** ELECTRA of the treasury, in escrow, unpaid; null: not known here */
  balanceNel: string | null;
  escrowNel: string | null;
  owedNel: string | null;
  /** oldest first, one for each uplink */
  sharedDays: readonly SharedDay[];
  /** newest first */
  periods: readonly { fromDay: string; toDay: string; amountNel: string }[];
  /** newest first; null: not known here */
  transfers: readonly Transfer[] | null;
}

/** Of whoever is signed in. */
export async function askOwn(from: string, to: string): Promise<Own | null> {
  const { market } = await ask<{ market: { own: Own | null } | null }>(
    `query ($from: Date!, $to: Date!) { market { own {
       balanceNel escrowNel owedNel sharedDays(from: $from, to: $to) { day takenWh givenWh amountNel }
       periods { fromDay toDay amountNel } transfers { at kind amountNel counterparty } } } }`,
    { from, to },
  );
  return market?.own ?? null;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const added = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]);

/** Days with all uplinks of a community together, newest first. */
export function daysTogether(shared: readonly SharedDay[]): (SharedDay & { takenSumWh: number; givenSumWh: number })[] {
  return [...Map.groupBy(shared, ({ day }) => day)]
    .map(([day, own]) => {
      const takenWh = own.map((one) => one.takenWh).reduce(added);
      const givenWh = own.map((one) => one.givenWh).reduce(added);
      const amountNel = String(own.reduce((all, one) => all + BigInt(one.amountNel), 0n));
      return { day, takenWh, givenWh, amountNel, takenSumWh: sum(takenWh), givenSumWh: sum(givenWh) };
    })
    .sort((a, b) => (a.day < b.day ? 1 : -1));
}
