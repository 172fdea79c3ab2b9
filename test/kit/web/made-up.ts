/**
 * A made-up community for public pages: a fortnight of days with prices that follow from a day's sun by the protocol's own rule. Its last
 * days are those of the audit's test bundles, so that a page can fetch and check them.
 */
import { slotPrice } from '../../../src/protocol/day/prices.ts';
import { parseBundle, writeZip } from '../../../src/reader/index.ts';
import { load } from '../audit/bundles.ts';
import { once } from '../made-once.ts';
import { madeUpMarket, marketDays, marketPrices } from './market.ts';

const honest = once(() => parseBundle(load('honest')));
const [RETAIL, FEED_IN, TICK] = [300_000, 80_000, 1_000];
const LAST = '2026-07-02';
const DAYS = 14;
const DAY_MS = 86_400_000;

const dayBefore = (days: number): string => new Date(Date.parse(LAST) - days * DAY_MS).toISOString().slice(0, 10);

/** Sun of a day between 0 and 1: every third is cloudy. */
const sun = (day: number, slot: number): number =>
  Math.max(0, Math.sin(((slot - 18) / 62) * Math.PI)) * (day % 3 === 0 ? 0.35 : 1) * (slot < 18 || slot > 80 ? 0 : 1);
const demand = (slot: number): number => 2_400 + 1_400 * Math.exp(-((slot - 30) ** 2) / 60) + 2_800 * Math.exp(-((slot - 76) ** 2) / 90);

function pricesOf(back: number) {
  const slots = Array.from({ length: 96 }, (_, slot) =>
    slotPrice(Math.round(demand(slot)), Math.round(9_000 * sun(back, slot)), RETAIL, FEED_IN, TICK),
  );
  return {
    day: dayBefore(back),
    retailNelPerWh: Array<number>(96).fill(RETAIL),
    feedInNelPerWh: Array<number>(96).fill(FEED_IN),
    buyNelPerWh: slots.map(({ buy }) => buy),
    sellNelPerWh: slots.map(({ sell }) => sell),
    feePerDayNel: '250000000',
  };
}

const realHash = (date: string): string | undefined =>
  honest()
    .days.find((day) => day.date === date)
    ?.books.get(1)?.hash;

/** One day is on its way, one had an exception, one was corrected. */
function bookDayOf(back: number) {
  const day = dayBefore(back);
  const endMs = Date.parse(day) + DAY_MS;
  const at = (hours: number): string => new Date(endMs + hours * 3_600_000).toISOString();
  const released = back >= 0;
  return {
    day,
    state: released ? 'RELEASED' : 'FROZEN',
    frozenHeight: 117_407 - back * 17_000,
    frozenAt: at(6),
    meters: 13,
    metered: back === 4 ? 11 : 13,
    substitutes: back === 4 ? 1 : 0,
    disputed: back === 4 ? 1 : 0,
    bookHash: released ? (realHash(day) ?? `9c${String(40 + back).repeat(31)}`) : null,
    anchorHeight: released ? 117_961 - back * 17_000 : null,
    anchoredAt: released ? at(6.4) : null,
    releasedAt: released ? at(6.5) : null,
    corrections: back === 9 ? 1 : 0,
  };
}

const SERVICE = {
  name: 'grid.example',
  chainId: 'electra-hillside-9f3c01ab',
  height: 135_482,
  chainTime: new Date(Date.parse(LAST) + DAY_MS + 43_000_000).toISOString(),
  timeZone: 'Europe/Vienna',
  currency: 'EUR',
  lastReleasedDay: LAST,
  runBy: 'Hillside Energy Cooperative',
  contact: 'office@hillside.example',
  developmentKeys: true,
  origin: null,
};

const EARLY = new Date(Date.parse(LAST) + 2 * DAY_MS + 25_000_000).toISOString();

const list = (nodes: readonly unknown[]) => ({
  edges: nodes.map((node) => ({ node, cursor: 'c' })),
  pageInfo: { hasNextPage: false, endCursor: null },
});

interface MadeUp {
  /** before the first day is final */
  empty?: boolean;
  /** the next day is over, and its books are not made yet */
  early?: boolean;
  /** a member with a roof looks, who takes by night and gives at noon */
  member?: boolean;
  /** the members are communities, and one of them looks where there is a member */
  market?: boolean;
}

const MEMBER = { address: 'electra1qz7rk2w0a8m6n3c5h4y9t0s7d6f5g4h3j2k1', name: 'Rosa Own', roles: ['MEMBER'], expiresAt: EARLY };

/** Own quarter-hours of the last day. */
export const ownInterval = (slot: number) => ({
  day: LAST,
  slot,
  importWh: Math.round(demand(slot) / 20),
  exportWh: Math.round(900 * sun(1, slot)),
  provisional: false,
});

const memberData = () => ({
  meters: list([{ address: MEMBER.address, firstDay: dayBefore(13), lastDay: null, lastReport: null, installCodes: [] }]),
  meter: { intervals: list(Array.from({ length: 96 }, (_, slot) => ownInterval(slot))) },
});

/** What the API says to a question of anybody's. */
export function answerOf(
  variables: Record<string, unknown>,
  { empty = false, early = false, member = false, market = false }: MadeUp = {},
): object {
  const backs = empty ? [] : Array.from({ length: DAYS }, (_, i) => i);
  const days = [...(early ? [bookDayOf(-1)] : []), ...backs.map(bookDayOf)];
  const asked = variables.day as string | undefined;
  return {
    viewer: member ? MEMBER : null,
    member: member ? memberData() : null,
    service: {
      ...SERVICE,
      genesisHash: honest().genesis.value?.hash ?? null,
      ...(empty ? { lastReleasedDay: null } : {}),
      ...(early ? { chainTime: EARLY } : {}),
    },
    market: market ? madeUpMarket(member) : null,
    bookDays: list(market ? marketDays() : days),
    bookDay: days.find(({ day }) => day === asked) ?? null,
    priceDays: list(market ? marketPrices() : backs.map(pricesOf)),
    priceDay: backs.map(pricesOf).find(({ day }) => day === asked) ?? null,
    tariff: { ...pricesOf(0), day: asked ?? LAST, fromDay: dayBefore(13), rule: 'mid-market/1', slotsSet: [] },
  };
}

/** The whole service for somebody who is not signed in, bundles included. */
export async function madeUp(request: Request, state: MadeUp = {}): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/ready') return Response.json({ ready: true });
  if (pathname === '/graphql') {
    const { variables = {} } = (await request.json()) as { variables?: Record<string, unknown> };
    return Response.json({ data: answerOf(variables, state) });
  }
  if (/^\/bundle\/2026-07-0[12](\.\.2026-07-02)?\.zip$/.test(pathname))
    return new Response(new Uint8Array(writeZip(Object.fromEntries(load('honest')))));
  const range = /^\/bundle\/(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)\.zip$/.exec(pathname);
  return range ? noBundleOf(range[1], range[2]) : new Response(null, { status: 404 });
}

/** Of longer ranges there is a bundle of the last two days alone. */
function noBundleOf(from: string, to: string): Response {
  const missing = Array.from({ length: DAYS }, (_, i) => dayBefore(DAYS - 1 - i)).filter(
    (day) => day >= from && day <= to && day < '2026-07-01',
  );
  const error = { code: 'NOT_FOUND', message: 'no bundle of these days now', missing, ranges: ['2026-07-01..2026-07-02'] };
  return Response.json({ error }, { status: 404 });
}
