/** What the member's first page asks, and the shapes of the answers. Amounts and energy come as decimal text, for they may be large. */
import { ask } from '../api/client.ts';
import { greeting } from '../api/viewer.ts';
import { NEWS_FIELDS, type News } from '../notices/question.ts';
import { addDays, bookDay, monthOf, SLOTS } from '../values/day-clock.ts';

export type BookState = 'FROZEN' | 'DRAFTED' | 'PROVEN' | 'AUDITED' | 'ANCHORED' | 'RELEASED';
export type BillSource = 'METERED' | 'SUBSTITUTE' | 'DISPUTED';

interface DayAnswer {
  day: string;
  meters: number;
  importWh: string;
  exportWh: string;
  quarterHours: number;
  provisional: boolean;
  status: BookState | null;
  source: BillSource | null;
  corrected: boolean;
  amountNel: string | null;
  feeNel: string | null;
  outsideNel: string | null;
  localImportWh: string | null;
  soldInsideWh: string | null;
}

/** A day of a member, with numbers as numbers. */
export interface MemberDay
  extends Omit<DayAnswer, 'importWh' | 'exportWh' | 'amountNel' | 'feeNel' | 'outsideNel' | 'localImportWh' | 'soldInsideWh'> {
  importWh: bigint;
  exportWh: bigint;
  amountNel: bigint | null;
  feeNel: bigint | null;
  outsideNel: bigint | null;
  localImportWh: bigint | null;
  soldInsideWh: bigint | null;
}

export interface Report {
  day: string;
  slot: number;
  at: string;
  powerW: number;
}

export interface Interval {
  day: string;
  slot: number;
  importWh: number;
  exportWh: number;
  provisional: boolean;
}

export interface OwnMeter {
  address: string;
  firstDay: string;
  lastDay: string | null;
  lastReport: Report | null;
}

export interface Facts {
  /** the community's zone, for every clock label */
  timeZone: string;
  /** what amounts are shown in */
  currency: string;
  /** ms since 1970, by the chain */
  chainTimeMs: number;
  /** the day of the books that is now */
  today: string;
  /** null before the index has begun */
  chainId: string | null;
  /** how long after its end a day was final lately, in seconds of chain time; null before the first */
  releasesAfterS: number | null;
}

export interface Home {
  facts: Facts;
  meters: readonly OwnMeter[];
  /** from the first of the month, or the day before yesterday, to today */
  days: readonly MemberDay[];
  /** yesterday's and today's quarter-hours, of all own meters */
  intervals: readonly Interval[];
  /** of what the member chose to be told of */
  news: readonly News[];
}

const DAY_FIELDS = `day meters importWh exportWh quarterHours provisional status source corrected
  amountNel feeNel outsideNel localImportWh soldInsideWh`;
const METER_FIELDS = 'address firstDay lastDay lastReport { day slot at powerW }';
const INTERVAL_FIELDS = 'day slot importWh exportWh provisional';
const METERS_SHOWN = 10;

const big = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

const memberDay = (row: DayAnswer): MemberDay => ({
  ...row,
  importWh: BigInt(row.importWh),
  exportWh: BigInt(row.exportWh),
  amountNel: big(row.amountNel),
  feeNel: big(row.feeNel),
  outsideNel: big(row.outsideNel),
  localImportWh: big(row.localImportWh),
  soldInsideWh: big(row.soldInsideWh),
});

export interface ServiceAnswer {
  chainId: string | null;
  chainTime: string | null;
  timeZone: string;
  currency: string;
  releasesAfterS: string | null;
}

export const FACT_FIELDS = 'chainId chainTime timeZone currency releasesAfterS';

export const factsOf = ({ chainId, chainTime, timeZone, currency, releasesAfterS }: ServiceAnswer): Facts => {
  const chainTimeMs = chainTime === null ? Date.now() : Date.parse(chainTime);
  const today = bookDay(chainTimeMs);
  return { timeZone, currency, chainTimeMs, today, chainId, releasesAfterS: releasesAfterS === null ? null : Number(releasesAfterS) };
};

interface IntervalPage {
  edges: { node: Interval }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const intervalPage = (meter: string, from: string, to: string, after: string | null): Promise<IntervalPage> =>
  ask<{ member: { meter: { intervals: IntervalPage } } }>(
    `query ($meter: String!, $from: Date!, $to: Date!, $after: String) {
      member { meter(address: $meter) { intervals(from: $from, to: $to, first: 100, after: $after) {
        edges { node { ${INTERVAL_FIELDS} } } pageInfo { hasNextPage endCursor } } } }
    }`,
    { meter, from, to, after },
  ).then(({ member }) => member.meter.intervals);

async function meterIntervals(meter: string, from: string, to: string): Promise<Interval[]> {
  const found: Interval[] = [];
  let after: string | null = null;
  do {
    const { edges, pageInfo }: IntervalPage = await intervalPage(meter, from, to, after);
    found.push(...edges.map(({ node }) => node));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

/** Quarter-hours of own meters, one meter after another. */
export async function askIntervals(meters: readonly OwnMeter[], from: string, to: string): Promise<Interval[]> {
  const all = await Promise.all(meters.slice(0, METERS_SHOWN).map(({ address }) => meterIntervals(address, from, to)));
  return all.flat();
}

/** Prices of a released day, 96 values each, nELECTRA per Wh. */
export interface DayPrices {
  retailNelPerWh: readonly number[];
  feedInNelPerWh: readonly number[];
  buyNelPerWh: readonly number[];
  sellNelPerWh: readonly number[];
}

/** null while the day is not released */
export const askPrices = (day: string): Promise<DayPrices | null> =>
  ask<{ priceDay: DayPrices | null }>(
    'query ($day: Date!) { priceDay(day: $day) { retailNelPerWh feedInNelPerWh buyNelPerWh sellNelPerWh } }',
    { day },
  ).then(({ priceDay }) => priceDay);

/** Own days from `from` to `to`, oldest first. */
export async function askDays(from: string, to: string): Promise<MemberDay[]> {
  const { member } = await ask<{ member: { days: DayAnswer[] } }>(
    `query ($from: Date!, $to: Date!) { member { days(from: $from, to: $to) { ${DAY_FIELDS} } } }`,
    { from, to },
  );
  return member.days.map(memberDay);
}

/** What is true of the community for whoever looks. */
export const askFacts = (): Promise<Facts> =>
  ask<{ service: ServiceAnswer }>(`{ service { ${FACT_FIELDS} } }`).then(({ service }) => factsOf(service));

export const askMeters = (): Promise<OwnMeter[]> =>
  ask<{ member: { meters: { edges: { node: OwnMeter }[] } } }>(
    `{ member { meters(first: 100) { edges { node { ${METER_FIELDS} } } } } }`,
  ).then(({ member }) => member.meters.edges.map(({ node }) => node));

interface HomeAnswer {
  viewer: { news: readonly News[] } | null;
  service: ServiceAnswer;
  member: {
    meters: { edges: { node: OwnMeter }[] };
    days: DayAnswer[];
    shown: { edges: { node: { yesterday: IntervalPage; today: IntervalPage } }[] };
  };
}

/** A day's quarter-hours fit on a page of their own: nothing has to be asked for again. */
const HOME = `query ($from: Date!, $yesterday: Date!, $today: Date!, $shown: Int!, $slots: Int!) {
  service { ${FACT_FIELDS} }
  viewer { news { ${NEWS_FIELDS} } }
  member {
    meters(first: 100) { edges { node { ${METER_FIELDS} } } }
    days(from: $from, to: $today) { ${DAY_FIELDS} }
    shown: meters(first: $shown) { edges { node {
      yesterday: intervals(from: $yesterday, to: $yesterday, first: $slots) { ...Slots }
      today: intervals(from: $today, to: $today, first: $slots) { ...Slots }
    } } }
  }
}
fragment Slots on IntervalConnection { edges { node { ${INTERVAL_FIELDS} } } }`;

async function askHomeOn(today: string): Promise<Home> {
  const yesterday = addDays(today, -1);
  const [from] = [addDays(today, -2), `${monthOf(today)}-01`].sort();
  const { service, viewer, member } = await ask<HomeAnswer>(HOME, { from, yesterday, today, shown: METERS_SHOWN, slots: SLOTS });
  return {
    facts: factsOf(service),
    news: viewer?.news ?? [],
    meters: member.meters.edges.map(({ node }) => node),
    days: member.days.map(memberDay),
    intervals: member.shown.edges.flatMap(({ node }) =>
      [node.yesterday, node.today].flatMap(({ edges }) => edges.map(({ node: one }) => one)),
    ),
  };
}

let lastDay: string | null = null;

const expectedDay = (): string => {
  const chainTime = greeting.value?.chainTime;
  return lastDay ?? bookDay(chainTime ? Date.parse(chainTime) : Date.now());
};

/** One question: the day is the one that the service spoke of last, and asked about anew where it is over meanwhile. */
export async function askHome(): Promise<Home> {
  const day = expectedDay();
  const home = await askHomeOn(day);
  lastDay = home.facts.today;
  return lastDay === day ? home : askHomeOn(lastDay);
}
