/** What the public pages ask. All of it is for anybody, and nothing of it is about anybody. */
import { ask } from '../api/client.ts';
import { addDays, bookDay } from '../values/day-clock.ts';
import type { PricedDay } from '../values/steps.ts';

export interface Service {
  name: string;
  chainId: string | null;
  height: number | null;
  chainTimeMs: number | null;
  timeZone: string;
  currency: string;
  genesisHash: string | null;
  lastReleasedDay: string | null;
  runBy: string | null;
  contact: string | null;
  /** whether it is a demonstration; null until there is a chain */
  developmentKeys: boolean | null;
  /** the last day that has ended, by the chain; null until there is a chain */
  yesterday: string | null;
}

export interface BookDay {
  day: string;
  state: 'FROZEN' | 'ANCHORED' | 'RELEASED';
  frozenHeight: number;
  frozenAt: string;
  meters: number;
  metered: number;
  substitutes: number;
  disputed: number;
  bookHash: string | null;
  anchorHeight: number | null;
  anchoredAt: string | null;
  releasedAt: string | null;
  corrections: number;
}

export interface Prices extends PricedDay {
  feePerDayNel: string;
}

export const BOOK_DAY = `day state frozenHeight frozenAt meters metered substitutes disputed bookHash anchorHeight anchoredAt releasedAt
  corrections`;
export const SERVICE =
  'service { name chainId height chainTime timeZone currency genesisHash lastReleasedDay runBy contact developmentKeys }';
const PRICES = 'day retailNelPerWh feedInNelPerWh buyNelPerWh sellNelPerWh feePerDayNel';

export interface ServiceAnswer extends Omit<Service, 'chainTimeMs' | 'yesterday'> {
  chainTime: string | null;
}

export function serviceOf({ chainTime, ...service }: ServiceAnswer): Service {
  const chainTimeMs = chainTime == null ? null : Date.parse(chainTime);
  return { ...service, chainTimeMs, yesterday: chainTimeMs === null ? null : addDays(bookDay(chainTimeMs), -1) };
}

export interface Community {
  service: Service;
  /** newest first */
  days: readonly BookDay[];
  /** of released days, newest first */
  prices: readonly Prices[];
  /** whether there is a market: the members are communities, or this community shares with others */
  hasMarket: boolean;
}

/** @param days how many of each, at most 100 */
export async function askCommunity(days: number): Promise<Community> {
  const { service, market, bookDays, priceDays } = await ask<{
    service: ServiceAnswer;
    market: object | null;
    bookDays: { edges: { node: BookDay }[] };
    priceDays: { edges: { node: Prices }[] };
  }>(
    `query ($days: Int!) { ${SERVICE} market { __typename } bookDays(first: $days) { edges { node { ${BOOK_DAY} } } }
       priceDays(first: $days) { edges { node { ${PRICES} } } } }`,
    { days },
  );
  return {
    service: serviceOf(service),
    days: bookDays.edges.map(({ node }) => node),
    prices: priceDays.edges.map(({ node }) => node),
    hasMarket: market != null,
  };
}

/** Whether the service keeps up with its chain; null where it does not say. */
export async function askReady(): Promise<boolean | null> {
  const response = await fetch('/ready', { credentials: 'omit' }).catch(() => null);
  return response?.status === 200 ? true : response?.status === 503 ? false : null;
}

export const least = (prices: readonly number[]): number => prices.reduce((a, b) => Math.min(a, b));
export const most = (prices: readonly number[]): number => prices.reduce((a, b) => Math.max(a, b));
